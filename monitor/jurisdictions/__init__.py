"""Which government a printed name means: names to Census GEOIDs, pure; `storage.census` holds the table."""

from monitor.jurisdictions.gazetteer import Agency, Area, Gazetteer, Jurisdiction
from monitor.jurisdictions.resolution import How, Outcome, Resolution

__all__ = ["Agency", "Area", "Gazetteer", "How", "Jurisdiction", "Outcome", "Resolution"]
