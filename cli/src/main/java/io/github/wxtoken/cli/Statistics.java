package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStores;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Counts of tokens. For one thread. */
final class Statistics {
  private static final Pattern KEY_ID = Pattern.compile("enc1:([A-Za-z0-9_-]{1,16}):.*");
  private static final Pattern SCOPED = Pattern.compile("([A-Za-z0-9_-]+):.+");

  /** Anybody may write a scope or a key into a shared store; memory has an end. */
  private static final int MOST_NAMES = 1_000;

  /** The life that WeChat promises for a refresh token (docs/wechat-protocol.md#code-exchange). */
  private static final Duration REFRESHABLE = Duration.ofDays(30);

  private static final List<Duration> AGES =
      List.of(
          Duration.ofHours(2),
          Duration.ofDays(1),
          Duration.ofDays(7),
          Duration.ofDays(30),
          Duration.ofDays(90),
          Duration.ofDays(180));

  private static final List<String> AGE_NAMES =
      List.of(
          "up to 2 h",
          "up to 1 d",
          "up to 7 d",
          "up to 30 d",
          "up to 90 d",
          "up to 180 d",
          "older");

  private static final Map<String, String> LABELS =
      Map.of("app_records", "app records", "unionids", "with a unionid");

  private final long now;
  private final Map<String, Map<String, Long>> groups = new LinkedHashMap<>();
  private final Map<String, Long> totals = new LinkedHashMap<>();

  Statistics(long now) {
    this.now = now;
    for (String total : List.of("users", "sessions", "app_records", "unionids", "corrupt")) {
      totals.put(total, 0L);
    }
    AGE_NAMES.forEach(name -> group("age").put(name, 0L));
    for (String state :
        List.of("valid", "refreshable", "refresh token may have expired", "session")) {
      group("expiry").put(state, 0L);
    }
    groups.put("scope", new TreeMap<>());
    groups.put("app", new TreeMap<>());
    groups.put("key", new TreeMap<>());
  }

  void addCorrupt() {
    totals.merge("corrupt", 1L, Long::sum);
  }

  void add(OAuthToken token) {
    if (!TokenStores.isUser(token)) {
      totals.merge("app_records", 1L, Long::sum);
      return;
    }
    boolean session = token.accessToken() == null && token.sessionKey() != null;
    totals.merge(session ? "sessions" : "users", 1L, Long::sum);
    if (token.unionid() != null) {
      totals.merge("unionids", 1L, Long::sum);
    }
    count("age", age(token));
    count("expiry", session ? "session" : expiry(token));
    if (token.scope() != null) {
      count("scope", token.scope());
    }
    named("app", SCOPED, token.openid());
    named("key", KEY_ID, String.valueOf(session ? token.sessionKey() : token.accessToken()));
  }

  private String age(OAuthToken token) {
    long age = now - token.createAt();
    for (int i = 0; i < AGES.size(); i++) {
      if (age <= AGES.get(i).toMillis()) {
        return AGE_NAMES.get(i);
      }
    }
    return AGE_NAMES.get(AGES.size());
  }

  private String expiry(OAuthToken token) {
    if (now < token.expiresAt().toEpochMilli()) {
      return "valid";
    }
    return token.refreshToken() != null && now - token.createAt() <= REFRESHABLE.toMillis()
        ? "refreshable"
        : "refresh token may have expired";
  }

  private void named(String group, Pattern form, String text) {
    Matcher found = form.matcher(text);
    if (found.matches()) {
      count(group, found.group(1));
    }
  }

  private void count(String group, String name) {
    Map<String, Long> counts = group(group);
    boolean fits = counts.containsKey(name) || counts.size() < MOST_NAMES;
    counts.merge(fits ? name : "(others)", 1L, Long::sum);
  }

  private Map<String, Long> group(String name) {
    return groups.computeIfAbsent(name, missing -> new LinkedHashMap<>());
  }

  /** Returns lines for people, with a histogram of each group. */
  List<String> lines(int columns) {
    List<String> lines = new ArrayList<>();
    totals.forEach(
        (name, count) ->
            lines.add(LABELS.getOrDefault(name, name) + ": " + Progress.number(count)));
    groups.forEach(
        (name, counts) -> {
          if (counts.values().stream().anyMatch(count -> count > 0)) {
            lines.add("");
            lines.add("by " + name);
            histogram(counts, columns, lines);
          }
        });
    return lines;
  }

  private static void histogram(Map<String, Long> counts, int columns, List<String> lines) {
    long most = counts.values().stream().mapToLong(count -> count).max().orElse(1);
    int names = Math.min(32, counts.keySet().stream().mapToInt(String::length).max().orElse(1));
    int room = Math.max(1, Math.min(40, columns - names - 18));
    counts.forEach(
        (name, count) -> {
          long length = count == 0 ? 0 : Math.max(1, count * room / Math.max(1, most));
          String shown = name.length() > names ? name.substring(0, names) : name;
          lines.add(
              ("  %-" + names + "s %13s %s")
                  .formatted(shown, Progress.number(count), "#".repeat((int) length))
                  .stripTrailing());
        });
  }

  /** Returns one JSON object. */
  String toJson() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      totals.forEach(json::writeNumberProperty);
      groups.forEach(
          (name, counts) -> {
            json.writeName("by_" + name);
            json.writeStartObject();
            counts.forEach(json::writeNumberProperty);
            json.writeEndObject();
          });
      json.writeEndObject();
    }
    return text.toString();
  }
}
