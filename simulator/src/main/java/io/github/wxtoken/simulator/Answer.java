package io.github.wxtoken.simulator;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer and how it travels. */
record Answer(
    int status,
    Map<String, String> headers,
    String body,
    Delivery delivery,
    Duration delay,
    Duration dateSkew) {

  /** How much of an answer reaches the client. */
  enum Delivery {
    WHOLE,
    HALF_THEN_HANGS,
    HALF_THEN_CLOSES,
    NOTHING_AND_HANGS,
    NOTHING_AND_CLOSES
  }

  static Answer of(int status, String contentType, String body) {
    return new Answer(
        status,
        Map.of("Content-Type", contentType),
        body,
        Delivery.WHOLE,
        Duration.ZERO,
        Duration.ZERO);
  }

  static Answer redirect(String location) {
    return of(302, "text/html; charset=UTF-8", "").with("Location", location);
  }

  /** An HTML page that may neither run scripts nor load resources, regardless of its content. */
  static Answer html(String page) {
    return of(200, "text/html; charset=UTF-8", page)
        .with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        .with("X-Content-Type-Options", "nosniff");
  }

  Answer with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Answer(status, more, body, delivery, delay, dateSkew);
  }

  Answer with(Delivery changed) {
    return new Answer(status, headers, body, changed, delay, dateSkew);
  }

  /** Another answer with the same transport behaviour as this one. */
  Answer replacedBy(Answer other) {
    return new Answer(other.status, other.headers, other.body, other.delivery, delay, dateSkew);
  }

  Answer delayed(Duration by) {
    return new Answer(status, headers, body, delivery, delay.plus(by), dateSkew);
  }

  Answer skewed(Duration by) {
    return new Answer(status, headers, body, delivery, delay, dateSkew.plus(by));
  }
}
