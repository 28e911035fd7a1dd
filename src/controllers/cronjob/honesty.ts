/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "cronjob controller",
  implemented: [
    "schedules of five fields, @hourly and its like, @every", "time zones with their summer time, by the rules of tzdata 2025b", "startingDeadlineSeconds and missed times", "concurrencyPolicy, suspend",
    "history limits", "Jobs named after their time, so that none is made twice",
  ],
  notImplemented: ["rules of time zones before 2026", "the clock of Ramadan in Africa/Casablanca, Africa/El_Aaiun, Asia/Gaza and Asia/Hebron", "its metrics"],
} as const;
