"""What ICE prints about declined detainers, read into plain values: periods, tables, notices."""
