[[token]] each load: number 1000000 9999999
[[side]] each load: <div class="widget"><h2>River gauge</h2><p>Ogeechee at Eden: 4.31 ft</p></div> | <div class="widget"><h2>River gauge</h2><p>Ogeechee at Eden: 4.34 ft</p></div> | <div class="widget"><h2>River gauge</h2><p>Ogeechee at Eden: 5.02 ft</p></div> | <div class="widget"><h2>River gauge</h2><p>Ogeechee at Eden: 4.77 ft</p></div>
=
noise 1 hour
noise 1 hour
news 1 hour "Mar 31, 2026"
- <tr class="catAgendaRow"><td><h3><strong>Mar 17, 2026</strong>
+ <tr class="catAgendaRow"><td><h3><strong>Mar 31, 2026</strong></h3><p><a href="/AgendaCenter/ViewFile/Agenda/_03312026-620">Special Called Meeting</a></p></td><td class="minutes"></td></tr><tr class="catAgendaRow"><td><h3><strong>Mar 17, 2026</strong>
noise 1 hour
news 1 day "CANCELED"
- >Hearing on 44 Depot Street<
+ >CANCELED: Hearing on 44 Depot Street<
