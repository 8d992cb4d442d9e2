"""Tells: matching, rendering, transports and the outbox."""
