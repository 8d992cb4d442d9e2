=
news 3 days "Approved, 3-2 (Brandt, Adeyemi)"
- Approved, 4-1 (Brandt)
+ Approved, 3-2 (Brandt, Adeyemi)
noise 1 day
news 1 day "Absent: none"
- Absent: Forsythe
+ Absent: none
