[[took]] each load: number 3 90
=
noise 1 day
bad 1 day
| {"error": {"code": 500, "message": "backend timeout"}}
noise 1 hour
bad 1 day
| {"meta": {"took_ms": "4"}, "count": 3, "results": [ {"id": 41177, "facility": "Bon
noise 1 hour
news 1 day "IGSA, expires 2027"
- "capacity": 60, "contract": "IGSA"
+ "capacity": 60, "contract": "IGSA, expires 2027"
