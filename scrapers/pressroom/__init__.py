"""Press rooms that are read page by page, as a browser would: the Justice Department's and Homeland Security's."""
