"""ICE's detention statistics: the cells of its workbooks, the day they are of, the facilities in them."""
