// What the IANA time zone database (public domain) of 2025b says of times from 2026 on: the rule at the end of each zone's file.

/** Characters that stand for rules, in their order. */
export const ruleLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.";

/** Minutes east of UTC; where summer is different: those of summer, and when it begins and ends, as month.week.weekday.minutes of the clock that then holds. */
export const zoneRules: readonly string[] = `
-720 -660 -600 -570 -540 -480 -420 -360 -300 -240 -180 -120 -60 0 60 120 180 210 240 270 300 330 345 360 390 420 480 525 540 570 600 660 720 780 840
-600 -540 3.2.0.120 11.1.0.120, -540 -480 3.2.0.120 11.1.0.120, -480 -420 3.2.0.120 11.1.0.120, -420 -360 3.2.0.120 11.1.0.120, -360 -300 3.2.0.120 11.1.0.120
-360 -300 9.1.6.1320 4.1.6.1320, -300 -240 3.2.0.0 11.1.0.60, -300 -240 3.2.0.120 11.1.0.120, -240 -180 3.2.0.120 11.1.0.120, -240 -180 9.1.6.1440 4.1.6.1440
-210 -150 3.2.0.120 11.1.0.120, -180 -120 3.2.0.120 11.1.0.120, -120 -60 3.5.0.-60 10.5.0.0, -60 0 3.5.0.0 10.5.0.60, 0 60 3.5.0.60 10.5.0.120
0 120 3.5.0.60 10.5.0.180, 60 120 3.5.0.120 10.5.0.180, 60 0 10.5.0.120 3.5.0.60, 120 180 3.5.0.180 10.5.0.240, 120 180 4.5.5.0 10.5.4.1440
120 180 3.4.4.1560 10.5.0.120, 120 180 3.5.0.0 10.5.0.0, 120 180 3.4.4.3000 10.4.4.3000, 120 180 3.5.0.120 10.5.0.180, 570 630 10.1.0.120 4.1.0.180
600 660 10.1.0.120 4.1.0.180, 630 660 10.1.0.120 4.1.0.120, 660 720 10.1.0.120 4.1.0.180, 720 780 9.5.0.120 4.1.0.180, 765 825 9.5.0.165 4.1.0.225
`.trim().split("\n").flatMap((line, at) => line.split(at === 0 ? " " : ", "));

/** The rule of each zone, in the order in which timeZones.ts has them. */
export const ruleOfZone = `
pdfr8gsqnnDDDDD2QDHt8SWFp6c_.cQbpnQSQGDDDGnDDDGEGGDEDDFEFsEpDDGGEEDFFFFGFFEEEDEFFEFFFGDGEEDDEDDFEFZa99AAAAAAAAAAAAAA9A8ZA79A7998cAc989AA8d7c8A7A699D66
cg9c87b6gAhlhg99789hf6gdggdggggcg8Aaggd998bg9A7999d6Ad7a7kh7Ag9gggaBdddld8gA6g9899AddA7d8AbAi9Alca9j999977hgbg9b96dacQPUyK_AA_GoKpGKGWKKKKKGGIPPuNQLSQ
QQLNGNSIKrvQvPQPQGPStJWKNMMSLPQQGQQVQQIrPPNKPPSGKKOGPVKSQQVQKIHtNNSPQQQNUPUSOKImhnCnnpnDBDAyxUxyyTRyzUzyyTQUxyyyQx8BA9hdgcjb76ieDDC210BA987654DEUVWXYF
GIKNPQSDDDDDDppIrnpppprppwpqpnrnGnFrGrnpnppprGpGrpppprpIppIGprprpwIrppprGpprpGNPOGKIKIGIb67X_V.UeVXXWW74VU22XYVWW31W1-V1S5VVU2U12WXUWWUaZ6dgg2dgcb1
`.replaceAll("\n", "");
