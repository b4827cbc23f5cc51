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
  private volatile String visitor = "";
  private volatile String session = "";
  private volatile boolean signedIn;

  Browser(LoadBalancer web, Tally tally, String user, String openid, String nickname) {
    this.web = web;
    this.tally = tally;
    this.user = user;
    this.openid = openid;
    this.profile = Page.profile(openid, nickname, true);
  }

  String user() {
    return user;
  }

  String openid() {
    return openid;
  }

  boolean isSignedIn() {
    return signedIn;
  }

  /** Signs in, from the login page to the profile; each request reaches a node of its own. */
  void signIn(Random random, int nodes) throws Trouble, InterruptedException {
    HttpResponse<String> login = get(Step.LOGIN, random.nextInt(nodes), "/login");
    visitor = cookie("visitor", login);
    HttpResponse<String> start = comeBack(location(Step.LOGIN, login), random, nodes);
    session = cookie("session", start);
    // The openid alone does not give the profile, for which WeChat asks the user.
    HttpResponse<String> me =
        get(Step.SCOPE, random.nextInt(nodes), location(Step.CALLBACK, start));
    comeBack(location(Step.SCOPE, me), random, nodes);
    signedIn = true;
    readProfile(Step.PROFILE, random.nextInt(nodes));
  }

  /** Follows the redirect to WeChat and back, which must not lead to WeChat a second time. */
  private HttpResponse<String> comeBack(String wechat, Random random, int nodes)
      throws Trouble, InterruptedException {
    HttpResponse<String> consent = timed(Step.WECHAT, () -> web.getFromWeChat(wechat, user));
    URI back = URI.create(location(Step.WECHAT, consent));
    String path = back.getRawPath() + "?" + back.getRawQuery();
    HttpResponse<String> callback = get(Step.CALLBACK, random.nextInt(nodes), path);
    if (!location(Step.CALLBACK, callback).startsWith("/me")) {
      throw new Trouble(Step.CALLBACK + " sent a user back to sign in again");
    }
    return callback;
  }

  private HttpResponse<String> get(Step step, int node, String path)
      throws Trouble, InterruptedException {
    String cookies = visitor + "; " + session;
    return timed(step, () -> web.get(node, user, path, cookies));
  }

  /** Reads the profile, and checks that it is the user's own and signed. */
  void readProfile(Step step, int node) throws Trouble, InterruptedException {
    HttpResponse<String> answer = get(step, node, "/me");
    switch (answer.statusCode()) {
      case 200 -> tally.profile(isOwn(answer.body()));
      case 302 -> tally.loggedOut();
      default -> throw new Trouble(step + " answered " + answer.statusCode());
    }
  }

  private boolean isOwn(String page) {
    return Page.isSigned(page) && Page.unsigned(page).equals(profile);
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

  /** Returns the cookie of this name, as a browser sends it back. */
  private static String cookie(String name, HttpResponse<String> answer) throws Trouble {
    return answer.headers().allValues("Set-Cookie").stream()
        .filter(cookie -> cookie.startsWith(name + "="))
        .map(cookie -> cookie.substring(0, cookie.indexOf(';')))
        .findFirst()
        .orElseThrow(() -> new Trouble("an answer lacks the cookie " + name));
  }
}
