[[foot]] each load: <p>Generated [[at]] by munireport v4.2</p> | <p>Generated [[at]] by munireport v4.2</p>
[[at]] each load: time %Y-%m-%d %H:%M:%S
=
noise 1 day
noise 1 day
news 1 day "Eastlake Justice Center | 76 | 12 | 64"
- <td>11</td><td>65</td>
+ <td>12</td><td>64</td>
noise 1 day
