[[top]] each load: <div class="cpAlert2"><span>Tag office: 14 in line, about 22 min</span></div> | <div class="cpAlert2"><span>Tag office: 3 in line, about 5 min</span></div> | <div class="cpAlert2"><span>Tag office: 9 in line, about 16 min</span></div> | <div class="cpAlert2"><span>Tag office: 20 in line, about 35 min</span></div>
=
noise 2 hours
noise 2 hours
noise 2 hours
noise 2 hours
news 2 hours "_03032026-615"
- Agenda/_03032026-608
+ Agenda/_03032026-615
