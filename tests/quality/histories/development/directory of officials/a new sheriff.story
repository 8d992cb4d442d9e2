[[bot]] each load: Thought for today: Be kind. | Thought for today: Vote. | Thought for today: Wear a life vest. | Thought for today: Check your smoke alarm.
=
noise 1 day
noise 1 day
noise 1 day
noise 1 day
news 1 day "Odile Guidry"
- <h3>Marcel Fontenot</h3>
+ <h3>Odile Guidry</h3>
noise 1 day
