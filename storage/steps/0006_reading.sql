-- indexes for what people ask of a large archive
CREATE INDEX record_versions_of_members ON record_versions(record, valid_from, valid_to, member, place_name) WHERE member <> '';
CREATE INDEX visits_by_time ON visits(at);
CREATE INDEX changes_by_kind ON changes(kind, at);
CREATE INDEX changes_by_place ON changes(place, at) WHERE place <> '';
