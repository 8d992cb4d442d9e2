=
news 20 days "Fulmer Annex | 22 | 22 | 0"
- ended December 31, 2025.
+ ended March 31, 2026.
- <td>112</td><td>97</td><td>15</td><td>01/14/2026</td>
+ <td>120</td><td>99</td><td>21</td><td>04/11/2026</td>
- <td>41</td><td>0</td><td>41</td><td>01/12/2026</td>
+ <td>39</td><td>0</td><td>39</td><td>04/12/2026</td>
- <td>19</td><td>18</td><td>1</td><td>01/30/2026</td>
+ <td>22</td><td>22</td><td>0</td><td>04/20/2026</td>
noise 1 day
news 1 day "Bonner Regional * | 39"
- <td>Bonner Regional</td>
+ <td>Bonner Regional *</td>
