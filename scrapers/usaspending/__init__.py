"""USAspending's search for awards: the questions put to it, and what an award in its answer says."""
