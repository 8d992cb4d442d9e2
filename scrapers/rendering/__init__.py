"""Pages that only a browser can show: Chromium behind a proxy that asks the guard, for sources that say so."""
