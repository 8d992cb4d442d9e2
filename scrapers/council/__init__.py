"""What all council platforms have in common: one schema for meetings, agenda items and attachments."""
