"""What the generated pages speak of. The vocabularies share neither places, people, phrases nor ways to write dates."""

# ruff: noqa: E501 - a list of names is read line by line

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random


@dataclass(frozen=True)
class Words:
    """One vocabulary. Sentences have the slots {place}, {person}, {body}, {number}, {small}, {date} and {subject}."""

    site: str
    places: tuple[str, ...]
    people: tuple[str, ...]
    bodies: tuple[str, ...]
    subjects: tuple[str, ...]
    sentences: tuple[str, ...]
    dates: tuple[str, ...]
    entry: str
    """How a list writes an entry: {title} and {date}."""
    statuses: tuple[str, ...]
    cancelled: str
    columns: tuple[str, ...]

    def date(self, random: Random, *, day: date | None = None) -> str:
        """A date in one of the vocabulary's ways."""
        day = day or date(2026, random.randint(1, 12), random.randint(1, 28))
        pattern = self.dates[0]
        return day.strftime(pattern).replace(" 0", " ").lstrip("0") if "%B" in pattern else day.strftime(pattern)

    def sentence(self, random: Random) -> str:
        """One sentence with its slots filled."""
        return random.choice(self.sentences).format(
            place=random.choice(self.places), person=random.choice(self.people), body=random.choice(self.bodies),
            number=f"{random.randint(1_000, 90_000):,}", small=random.randint(3, 240), date=self.date(random),
            subject=random.choice(self.subjects),
        )  # fmt: skip

    def paragraph(self, random: Random, sentences: int = 3) -> str:
        """A few sentences."""
        return " ".join(self.sentence(random) for _ in range(sentences))

    def headline(self, random: Random) -> str:
        """What a release or a notice is called."""
        return random.choice(
            (
                f"{random.choice(self.bodies)} and {random.choice(self.places)} Agree on {random.choice(self.subjects)}",
                f"{random.choice(self.places)} Resident Sentenced in {random.choice(self.subjects)} Case",
                f"Statement of {random.choice(self.people)} on {random.choice(self.subjects)}",
                f"{random.choice(self.bodies)} Reports {random.randint(12, 900)} Cases of {random.choice(self.subjects)}",
                f"Notice of {random.choice(self.subjects)} in {random.choice(self.places)}",
            )
        )


COUNTY = Words(
    site="Larkspur County",
    places=(
        "Adams County", "Boulder County", "Chaffee County", "Delta County", "Eagle County", "Fremont County",
        "Garfield County", "Huerfano County", "Jackson County", "Kiowa County", "Lake County", "Mesa County",
        "Otero County", "Park County", "Routt County", "Saguache County", "Teller County", "Weld County",
    ),
    people=(
        "Dana Whitfield", "Luis Ortega", "Marta Kowalski", "Samuel Greene", "Priya Raman", "Joan Bellweather",
        "Thomas Aldaine", "Ruth Castellan", "Henry Osgood", "Carmen Villareal",
    ),
    bodies=(
        "the Board of Commissioners", "the Sheriff's Office", "the Department of Justice", "the Planning Commission",
        "the Office of Detention Oversight", "the District Attorney",
    ),
    subjects=(
        "Detainer Requests", "Jail Policy", "Grant Compliance", "Records Requests", "Road Closures", "Immigration Holds",
        "Body Cameras", "Water Rates", "Zoning Variances", "Warrant Service",
    ),
    sentences=(
        "{body} received {number} requests in the quarter that ended on {date}.",
        "{person} said that {small} of the cases had been referred to {body}.",
        "The policy of {place} took effect on {date} and applies to {small} facilities.",
        "A hearing on {subject} will be held on {date} in {place}.",
        "Under the agreement {place} pays ${number} for each year of service.",
        "{body} declined {small} detainers and honored {number} others.",
        "Comments may be sent to {person} until {date}.",
        "{place} has not answered the letter of {date}, according to {person}.",
        "The report lists {small} jurisdictions that limit cooperation on {subject}.",
        "{person} was appointed by {body} and took office on {date}.",
        "Nothing in the order changes how {place} handles {subject}.",
        "The contract was awarded for ${number} after {small} bids had been opened.",
    ),
    dates=("%B %d, %Y", "%m/%d/%Y"),
    entry="{title} - {date}",
    statuses=("Pending", "Adopted", "Denied", "Referred"),
    cancelled="CANCELLED",
    columns=("Jurisdiction", "Policy", "Requests", "Declined", "Date Enacted"),
)  # fmt: skip

CITY = Words(
    site="City of Port Merrow",
    places=(
        "Albany", "Bridgeton", "Camden Heights", "Duluth", "East Orrin", "Flagstaff", "Galveston", "Hartwick", "Ithaca",
        "Juniper Falls", "Kenosha", "Lowell", "Marquette", "New Haven", "Ogdenville", "Paducah", "Quincy", "Racine",
    ),
    people=(
        "Ana Lucia Ferreira", "Walter Nakamura", "Beatrice Okafor", "Desmond Hale", "Ingrid Solheim", "Yusuf Demir",
        "Clara Montague", "Peter Vandenberg", "Naomi Tsosie", "Gerald McAvoy",
    ),
    bodies=(
        "City Council", "the Police Commission", "Homeland Security Investigations", "the Finance Committee",
        "the Human Rights Board", "the City Attorney", "the Port Authority",
    ),
    subjects=(
        "Sanctuary Status", "Bail Bond Fees", "Shelter Capacity", "Harbor Dredging", "Surveillance Cameras",
        "Language Access", "Transit Fares", "Custody Transfers", "Stormwater Permits", "Public Art",
    ),
    sentences=(
        "As of {date}, {small} persons were held in {place} at the request of {body}.",
        "Ordinance {small} was introduced by {person} and amends the code on {subject}.",
        "{body} voted to spend ${number} on {subject}; {person} abstained.",
        "Residents of {place} filed {number} complaints, {small} more than a year earlier.",
        "The memorandum with {place} expires on {date} unless {body} renews it.",
        "Staff recommends that {subject} be continued to {date}.",
        "In {place}, {person} will chair the task force of {small} members.",
        "A federal judge ordered {body} to produce {number} pages by {date}.",
        "The audit found {small} transfers without a judicial warrant.",
        "Funds in the amount of ${number} were withheld from {place}.",
        "Questions about {subject} go to {person}, who returns on {date}.",
        "{place} joined the compact on {date}, followed by {small} towns.",
    ),
    dates=("%d %b %Y", "%A, %B %d, %Y"),
    entry="{date} | {title}",
    statuses=("In Committee", "Passed", "Failed", "Held Over"),
    cancelled="Meeting Canceled",
    columns=("Municipality", "Resolution", "Held", "Released", "Effective"),
)  # fmt: skip

STATE = Words(
    site="State of Cimarron",
    places=(
        "Anselmo Parish", "Bayou Teche", "Calcasieu Bend", "Dry Creek Township", "El Paso Norte", "Frontera",
        "Guadalupe Springs", "Hidalgo Crossing", "Iberia", "Jim Hogg", "Kinney", "Llano Grande", "Maverick", "Nueces Point",
        "Ochiltree", "Presidio Wells", "Refugio", "San Saba",
    ),
    people=(
        "Rosalind Achterberg", "Tomás Echeverría", "Keisha Broussard", "Franklin Oyelaran", "Mei-Ling Zhou", "Elspeth MacRae",
        "Javier Montoya-Lugo", "Harold Stubblefield", "Nadia Haddad", "Otis Thibodeaux",
    ),
    bodies=(
        "the Attorney General", "Commissioners Court", "the Texas Rangers", "the Parole Board", "Enforcement and Removal Operations",
        "the Legislative Budget Board", "the Juvenile Probation Department",
    ),
    subjects=(
        "287(g) Agreements", "Border Patrol Stonegarden Grants", "Bench Warrants", "Inmate Telephone Rates", "Levee Repairs",
        "Voter Rolls", "Courthouse Arrests", "Hurricane Debris", "School Police", "Unclaimed Property",
    ),
    sentences=(
        "Effective {date}, {body} shall report {small} custody decisions each month.",
        "{person} testified before {body} that {number} files were sealed.",
        "{place} ranks {small} among counties by transfers since {date}.",
        "A sum of ${number} remains unspent for {subject}.",
        "Any person aggrieved may appeal to {body} no later than {date}.",
        "{body} certified {number} signatures gathered in {place}.",
        "The lease of {small} beds in {place} was terminated by {person}.",
        "On {date} the court enjoined {body} from enforcing the rule.",
        "{place} and {small} neighbors opted out of {subject}.",
        "{person} succeeds the late director and serves through {date}.",
        "Filings on {subject} rose to {number}, the clerk reported.",
        "No bond shall be denied in {place} without review by {person}.",
    ),
    dates=("%B %d, %Y", "%Y-%m-%d"),
    entry="[{date}] {title}",
    statuses=("Filed", "Enrolled", "Vetoed", "Tabled"),
    cancelled="*** POSTPONED ***",
    columns=("County", "Finding", "Detained", "Transferred", "As Of"),
)  # fmt: skip

VILLAGE = Words(
    site="Village of Upper Tamarack",
    places=(
        "Aitkin Mills", "Baudette", "Crow Wing", "Detroit Shoals", "Ely Landing", "Fergus", "Grand Portage", "Hibbing Heights",
        "International Point", "Jordan Prairie", "Kandiyohi", "Lac qui Parle", "Mille Lacs", "Nisswa", "Otter Tail",
        "Pipestone", "Red Lake", "Sleepy Eye",
    ),
    people=(
        "Astrid Lindqvist", "Omar Farah", "Bertil Nygaard", "Song Vang", "Winona Lussier", "Patrick O'Shaughnessy",
        "Greta Halvorsen", "Abdi Warsame", "Lorraine Beaulieu", "Einar Thorsgaard",
    ),
    bodies=(
        "the Village Trustees", "the Tribal Liaison", "Immigration and Customs Enforcement", "the Zoning Appeals Panel",
        "the County Recorder", "the Public Safety Advisory Group", "the Library District",
    ),
    subjects=(
        "Noncooperation Resolutions", "Dock Permits", "Winter Parking", "Jail Bed Rentals", "Body Camera Storage",
        "Legal Defense Fund", "Ice Fishing Shelters", "Snowplow Contracts", "Bilingual Notices", "Assessment Appeals",
    ),
    sentences=(
        "{person} moved, and {body} approved, a transfer of ${number}.",
        "Bids close on {date}; {small} firms have asked for plans.",
        "{body} logged {number} calls from {place} last season.",
        "Starting {date}, residents of {place} pay ${small} a month.",
        "The clerk shall keep {small} copies for inspection by {body}.",
        "{person} objected that {place} had not been told before {date}.",
        "A count of {small} detainees was given to {body} on {date}.",
        "{place} withdrew its request concerning {subject}.",
        "The mutual aid pact with {place} lapses on {date}.",
        "{person} presented {small} slides on {subject}.",
        "Of {number} parcels, {small} remain in dispute.",
        "No officer of {place} shall inquire into status, {person} wrote.",
    ),
    dates=("%b. %d, %Y", "%d %B %Y"),
    entry="{title}, posted {date}",
    statuses=("Open", "Awarded", "Rejected", "Under Review"),
    cancelled="(withdrawn)",
    columns=("Town", "Measure", "Requests", "Granted", "Adopted On"),
)  # fmt: skip

DISTRICT = Words(
    site="Metropolitan District of Solana",
    places=(
        "Alhambra West", "Bonita Mesa", "Chula Verde", "Del Rey Oaks", "Encino Alto", "Fallbrook Station", "Gilroy Flats",
        "Hemet North", "Imperial Sands", "Jamul", "Kerman", "La Mirada Bay", "Mendota", "Needles Junction", "Ojai Ridge",
        "Perris Lake", "Quartz Hill", "Reseda Park",
    ),
    people=(
        "Valentina Cruz", "Theodore Blackwood", "Aiko Shimizu", "Ramón de la Garza", "Fatima al-Sayed", "Gwen Pettibone",
        "Dmitri Volkov", "Leticia Armas", "Cornelius Vance", "Harriet Yoon",
    ),
    bodies=(
        "the Board of Supervisors", "the Civil Grand Jury", "the Office of Immigrant Affairs", "the Probation Chief",
        "the U.S. Marshals", "the Harbor Commission", "the Inspector General",
    ),
    subjects=(
        "Truth Act Forums", "Custody Interviews", "Release Notifications", "Groundwater Fees", "Fire Hazard Maps",
        "Homeless Outreach", "Deputy Overtime", "Airport Noise", "ICE Transfer Requests", "Coastal Access",
    ),
    sentences=(
        "Deputies answered {small} release notifications between January and {date}.",
        "{body} set aside ${number} for {subject}.",
        "On a motion by {person}, the item was continued to {date}.",
        "{place} reported {number} bookings, of which {small} were referred.",
        "{person} will leave {body} on {date} after {small} months.",
        "A forum on {subject} takes place in {place} on {date}.",
        "The consent decree ends on {date} and covers {small} stations.",
        "Nobody from {place} spoke against {subject}.",
        "{body} denied the claim of {person} for ${number}.",
        "Counsel for {place} asked for {small} more days.",
        "In all, {number} interviews were refused and {small} were granted.",
        "Supervisor {person} dissented, citing the letter of {date}.",
    ),
    dates=("%m/%d/%Y", "%B %d, %Y"),
    entry="{date}: {title}",
    statuses=("Received", "Continued", "Approved as Amended", "Dropped"),
    cancelled="NO MEETING",
    columns=("Station", "Request Type", "Made", "Honored", "Period End"),
)  # fmt: skip
