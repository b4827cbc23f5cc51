package io.github.wxtoken.simulator;

/** Applies a fault to an answer. */
final class Spoiler {
  private static final int HUGE = 10 * 1024 * 1024;
  private static final String PAGE =
      "<html><head><title>Error</title></head><body><h1>Bad Gateway</h1></body></html>";

  private final JsonAnswers json;

  Spoiler(JsonAnswers json) {
    this.json = json;
  }

  Answer spoil(Fault fault, Answer answer) {
    return switch (fault.kind()) {
      case SLOW -> answer.delayed(fault.duration());
      case DATE_SKEW -> answer.skewed(fault.duration());
      case WRONG_CHARSET -> answer.with("Content-Type", "text/plain; charset=ISO-8859-1");
      case HANG_IN_HEADERS -> answer.with(Answer.Delivery.NOTHING_AND_HANGS);
      case HANG_IN_BODY -> answer.with(Answer.Delivery.HALF_THEN_HANGS);
      case TRUNCATED -> answer.with(Answer.Delivery.HALF_THEN_CLOSES);
      case CLOSED -> answer.with(Answer.Delivery.NOTHING_AND_CLOSES);
      default -> answer.replacedBy(insteadOf(answer, fault));
    };
  }

  private Answer insteadOf(Answer answer, Fault fault) {
    String type = answer.headers().getOrDefault("Content-Type", "text/plain");
    return switch (fault.kind()) {
      case HTTP_ERROR -> Answer.of(fault.code(), "text/html", PAGE);
      case HTTP_ERROR_JSON ->
          Answer.of(fault.code(), "application/json", "{\"error\":\"unavailable\"}");
      case ERRCODE -> json.refusal(new Refusal(fault.code()));
      case EMPTY_BODY -> Answer.of(200, type, "");
      case HTML -> Answer.of(200, "text/html", PAGE);
      case JSON_NULL -> Answer.of(200, type, "null");
      case JSON_ARRAY -> Answer.of(200, type, "[]");
      case HUGE_BODY -> Answer.of(200, type, "{\"padding\":\"" + "x".repeat(HUGE) + "\"}");
      default -> throw new IllegalStateException("keeps the answer: " + fault);
    };
  }
}
