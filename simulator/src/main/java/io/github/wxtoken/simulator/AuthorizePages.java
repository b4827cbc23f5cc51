package io.github.wxtoken.simulator;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Serves the pages of an authorization to a browser (docs/wechat-protocol.md#consent). */
final class AuthorizePages {
  private static final Pattern USER = Pattern.compile("[\\p{L}\\p{N}_.-]{1,64}");
  private static final Pattern COOKIE = Pattern.compile("(?:^|;)\\s*simulator_user=([^;]*)");
  private static final Duration QR_CODE_LIFE = Duration.ofMinutes(5);
  private static final int MOST_PAGES = 10_000;

  /**
   * Pages stay answerable, because a browser may go back and answer a second time. The oldest are
   * dropped.
   */
  private final Map<String, Pending> pending =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Pending> eldest) {
              return size() > MOST_PAGES;
            }
          });

  private final State state;

  AuthorizePages(State state) {
    this.state = state;
  }

  private record Pending(AuthorizeRequest request, String user, Instant shownAt) {}

  Answer open(Call call) {
    if (!call.request().method().equals("GET") && !call.request().method().equals("HEAD")) {
      return Answer.of(405, "text/plain", "GET only").with("Allow", "GET");
    }
    AuthorizeRequest request;
    try {
      request = AuthorizeRequest.parse(call, state.directory, state.behaviour);
    } catch (AuthorizeRequest.PageError e) {
      state.counters.refused(call.endpoint(), e.code);
      return Pages.error(e.code, String.valueOf(e.getMessage()));
    }
    String known = knownUser(call.request());
    String user = known == null ? Names.visitor() : known;
    state.counters.succeeded(call, null);
    Answer answer = decide(request, user, call.request());
    return known != null ? answer : remembering(user, answer);
  }

  private static Answer remembering(String user, Answer answer) {
    String value = URLEncoder.encode(user, StandardCharsets.UTF_8); // a cookie holds ASCII
    return answer.with(
        "Set-Cookie", "simulator_user=" + value + "; Path=/; HttpOnly; SameSite=Lax");
  }

  private Answer decide(AuthorizeRequest request, String user, HttpRequest browser) {
    SimulatorApp app = request.app();
    boolean mayBeSnapshot = request.page() == Endpoint.AUTHORIZE && !request.isSilent();
    boolean forced = request.forceSnapshot() && !state.behaviour.isOn(Switch.IGNORE_FORCE_SNAPSHOT);
    Consent consent = request.isSilent() ? Consent.AUTO : state.behaviour.consent();
    if (mayBeSnapshot && (forced || consent == Consent.SNAPSHOT)) {
      return callBack(request, state.directory.snapshotUser(app.appid()), browser);
    }
    return switch (consent) {
      case PAGE -> {
        String ticket = Names.code();
        pending.put(ticket, new Pending(request, user, state.clock.instant()));
        yield Pages.consent(request, user, ticket);
      }
      case DENY -> denied(request);
      case AUTO, SNAPSHOT -> callBack(request, state.directory.user(app.appid(), user), browser);
    };
  }

  /** The consent page's form. */
  Answer answered(HttpRequest request, Parameters form) {
    Pending asked = pending.get(form.get("ticket"));
    if (asked == null) {
      return Pages.unknown();
    }
    boolean qrCode = asked.request.page() == Endpoint.QRCONNECT;
    if (qrCode && !state.clock.instant().isBefore(asked.shownAt.plus(QR_CODE_LIFE))) {
      return Pages.expired();
    }
    if (!form.get("answer").equals("consent")) {
      return denied(asked.request);
    }
    String user = form.get("user").isEmpty() ? asked.user : form.get("user");
    if (!user.equals(asked.user) && !USER.matcher(user).matches()) {
      return Pages.badUser();
    }
    String appid = asked.request.app().appid();
    Answer answer = callBack(asked.request, state.directory.user(appid, user), request);
    return user.equals(asked.user) ? answer : remembering(user, answer);
  }

  private Answer denied(AuthorizeRequest request) {
    return state.behaviour.isOn(Switch.DENIAL_REDIRECTS)
        ? Answer.redirect(request.redirect().withStateOnly(request.state()))
        : Pages.denied();
  }

  private Answer callBack(AuthorizeRequest request, Directory.User user, HttpRequest browser) {
    String first = request.callback(issue(request, user));
    String cookies = browser.headers().getOrDefault("cookie", "");
    return switch (state.behaviour.duplicate()) {
      case NONE -> Answer.redirect(first);
      case SAME_CODE -> {
        StrayCallbacks.send(first, cookies);
        yield Answer.redirect(first);
      }
      case TWO_CODES -> {
        if (request.connectRedirect()) {
          yield Answer.redirect(first);
        }
        StrayCallbacks.send(first, cookies);
        yield Answer.redirect(request.callback(issue(request, user)));
      }
    };
  }

  private String issue(AuthorizeRequest request, Directory.User user) {
    Instant issuedAt = state.clock.instant().minus(state.behaviour.callbackDelay());
    return state.codes.issue(request.app(), user, request.scope(), issuedAt);
  }

  private static @Nullable String knownUser(HttpRequest request) {
    String header = request.header("x-simulator-user");
    if (!header.isEmpty()) {
      return header;
    }
    Matcher cookie = COOKIE.matcher(request.headers().getOrDefault("cookie", ""));
    if (!cookie.find()) {
      return null;
    }
    String user = Parameters.decode(cookie.group(1));
    return USER.matcher(user).matches() ? user : null;
  }
}
