=
news 1 day "Version 8"
- Version 7
+ Version 8
- The records supervisor may answer
+ The records supervisor shall not answer
noise 1 day
bad 1 day
| <!DOCTYPE html><html><head><title>Sign in | Policy Portal</title></head><body><h1>Sign in</h1><form method="post"><input name="user"><input type="password" name="pass"></form></body></html>
noise 1 hour
bad 1 day
| <!DOCTYPE html><html lang="en"><head><title>GO 9.10 Property Room | Policy Portal</title></head><body><div class="shell"><div class="shell__bar"><b>Policy Portal</b></div><div class="shell__body"><div class="doc"><div class="doc__meta">General Order 9.10 · Version 2 · Owner: Property Unit</div><h1>GO 9.10 Property Room</h1><h2>1. Intake</h2><p>Property is sealed, weighed and entered the same day.</p><h2>2. Keys</h2><p>Two keys are kept by two supervisors.</p></div></div></div></body></html>
noise 1 hour
