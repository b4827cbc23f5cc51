package io.github.wxtoken.examples;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Random;

/** A user's browser: it follows redirects, keeps cookies and knows what it should see. */
final class Browser {
  private final LoadBalancer web;
  private final Tally tally;
  private final String user;
  private final String openid;
  private final String profile;
  private volatile String session = "";

  Browser(LoadBalancer web, Tally tally, String user, String openid, String nickname) {
    this.web = web;
    this.tally = tally;
    this.user = user;
    this.openid = openid;
    this.profile = openid + " " + nickname;
  }

  String user() {
    return user;
  }

  String openid() {
    return openid;
  }

  boolean isSignedIn() {
    return !session.isEmpty();
  }

  /** From the login page to the profile; each request reaches a node of its own. */
  void signIn(Random random, int nodes) throws Trouble, InterruptedException {
    HttpResponse<String> login =
        timed(Step.LOGIN, () -> web.get(random.nextInt(nodes), user, "/login", ""));
    HttpResponse<String> consent =
        timed(Step.WECHAT, () -> web.getFromWeChat(location(Step.LOGIN, login), user));
    URI back = URI.create(location(Step.WECHAT, consent));
    String path = back.getRawPath() + "?" + back.getRawQuery();
    String visitor = cookie("visitor", login);
    HttpResponse<String> callback =
        timed(Step.CALLBACK, () -> web.get(random.nextInt(nodes), user, path, visitor));
    if (!location(Step.CALLBACK, callback).equals("/me")) {
      throw new Trouble(Step.CALLBACK + " sent a user back to sign in again");
    }
    session = cookie("session", callback);
    readProfile(Step.PROFILE, random.nextInt(nodes));
  }

  /** Reads the profile, and checks whose it is. */
  void readProfile(Step step, int node) throws Trouble, InterruptedException {
    HttpResponse<String> answer = timed(step, () -> web.get(node, user, "/me", session));
    switch (answer.statusCode()) {
      case 200 -> tally.profile(answer.body().equals(profile));
      case 302 -> tally.loggedOut();
      default -> throw new Trouble(step + " answered " + answer.statusCode());
    }
  }

  private interface Request {
    HttpResponse<String> send() throws Trouble, InterruptedException;
  }

  private HttpResponse<String> timed(Step step, Request request)
      throws Trouble, InterruptedException {
    long start = System.nanoTime();
    HttpResponse<String> answer = request.send();
    tally.latencies().add(step, System.nanoTime() - start);
    return answer;
  }

  private static String location(Step step, HttpResponse<String> answer) throws Trouble {
    return answer
        .headers()
        .firstValue("Location")
        .filter(url -> answer.statusCode() == 302)
        .orElseThrow(() -> new Trouble(step + " answered " + answer.statusCode()));
  }

  /** The cookie of this name, as a browser sends it back. */
  private static String cookie(String name, HttpResponse<String> answer) throws Trouble {
    return answer.headers().allValues("Set-Cookie").stream()
        .filter(cookie -> cookie.startsWith(name + "="))
        .map(cookie -> cookie.substring(0, cookie.indexOf(';')))
        .findFirst()
        .orElseThrow(() -> new Trouble("an answer lacks the cookie " + name));
  }
}
