package io.github.wxtoken.faults;

import io.github.wxtoken.CallbackResult;
import io.github.wxtoken.CallbackResult.Repeated;
import io.github.wxtoken.CallbackResult.SignedIn;
import io.github.wxtoken.CallbackResult.StartAgain;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.ReauthorizationRequiredException;
import io.github.wxtoken.Scope;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One user's browser, an application on two nodes, and WeChat. The application answers a callback
 * as {@link CallbackResult} says; the browser follows each redirect, and its user consents.
 */
final class CallbackScene implements AutoCloseable {
  private static final Duration IMPATIENT = Duration.ofSeconds(2);

  private final WeChatSimulator weChat = WeChatSimulator.start();
  private final FailingTokenStore.Failure storeFailure = new FailingTokenStore.Failure();
  private final List<TokenStore> stores = new ArrayList<>();
  private final List<WeChatOAuth> nodes = new ArrayList<>();
  private final boolean byHooks;
  private final String user = "user-" + UUID.randomUUID();

  // The browser
  private @Nullable String visitor;
  private boolean hasSession;
  private boolean dropsCookies;
  private boolean losesTheNextAnswer;
  private UnaryOperator<String> changesStates = state -> state;
  private Scope scope = Scope.SNSAPI_USERINFO;
  private boolean isSnapshot;

  // The outcome
  private final List<String> results = new ArrayList<>();
  private int redirects;

  /** The callback that WeChat redirects the browser to. */
  record Returned(@Nullable String code, String state) {}

  CallbackScene(List<TokenStore> stores, boolean byHooks) {
    this.byHooks = byHooks;
    weChat.quotas().unlimited();
    for (TokenStore store : stores) {
      this.stores.add(new FailingTokenStore(store, storeFailure));
    }
    startNodes(Duration.ofSeconds(20));
  }

  private void startNodes(Duration httpTimeout) {
    for (TokenStore store : stores) {
      WeChatOAuth.Builder node =
          WeChatOAuth.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
              .apiEndpoint(weChat.uri())
              .openEndpoint(weChat.uri())
              .clock(weChat.clock())
              .httpTimeout(httpTimeout);
      if (byHooks) {
        // Lambdas: if both functions were the store itself, the client would use it as a store.
        node.hooks(openid -> store.getToken(openid), (openid, t) -> store.saveToken(openid, t));
      } else {
        node.store(store);
      }
      nodes.add(node.build());
    }
  }

  // Faults

  /** Makes the next exchanges fail with this fault. */
  CallbackScene exchangesFail(Fault fault) {
    weChat.faults().add(Endpoint.EXCHANGE, fault);
    return this;
  }

  /** Makes WeChat leave the next exchange unanswered, and shortens the nodes' wait for it. */
  CallbackScene theNextExchangeHangs() {
    nodes.forEach(WeChatOAuth::close);
    nodes.clear();
    startNodes(IMPATIENT);
    return exchangesFail(Fault.of(Fault.Kind.HANG_IN_HEADERS).times(1));
  }

  CallbackScene storeIsDown(boolean down) {
    storeFailure.ofEverything = down;
    return this;
  }

  CallbackScene storeSavesNothing(boolean fails) {
    storeFailure.ofSaves = fails;
    return this;
  }

  CallbackScene losesCookies() {
    visitor = null;
    return this;
  }

  CallbackScene dropsAllCookies() {
    dropsCookies = true;
    return this;
  }

  /** Loses the application's answers until the user reloads. */
  CallbackScene losesTheNextAnswer() {
    losesTheNextAnswer = true;
    return this;
  }

  /** Changes each state on its way to WeChat and back. */
  CallbackScene changesStates(UnaryOperator<String> change) {
    changesStates = change;
    return this;
  }

  CallbackScene changesTheNextState(UnaryOperator<String> change) {
    return changesStates(
        state -> {
          changesStates = same -> same;
          return change.apply(state);
        });
  }

  CallbackScene isASnapshotUser() {
    isSnapshot = true;
    return this;
  }

  CallbackScene asksFor(Scope scope) {
    this.scope = scope;
    return this;
  }

  void passes(Duration time) {
    weChat.clock().freeze();
    weChat.clock().advance(time);
  }

  void freezesTheClock() {
    weChat.clock().freeze();
  }

  // The user's actions

  /** Opens the login page, which redirects to WeChat. Returns the state that WeChat gets. */
  String login(int node) {
    return redirect(nodes.get(node).newState(visitor(), "/me"));
  }

  /** Consents on WeChat's page, also a second time. */
  Returned consent(String state) {
    String code =
        isSnapshot
            ? weChat.authorizeSnapshot(WeChatSimulator.APPID)
            : weChat.authorize(WeChatSimulator.APPID, user, scope.toString());
    return new Returned(code, state);
  }

  /** Does not consent: WeChat sends the browser back without a code. */
  Returned deny(String state) {
    return new Returned(null, state);
  }

  /** Signs in, consents and returns to a node. Returns the callback, for a reload. */
  Returned signIn(int node) {
    return comesBack(node, consent(login(node)));
  }

  /** Sends a callback to a node and follows its answer; also a reload. */
  Returned comesBack(int node, Returned callback) {
    WeChatOAuth oauth = nodes.get(node);
    CallbackResult result =
        oauth.handleCallback(callback.code(), callback.state(), dropsCookies ? null : visitor);
    results.add(nameOf(result));
    if (losesTheNextAnswer) {
      losesTheNextAnswer = false;
    } else if (result instanceof SignedIn) {
      hasSession = true;
    } else if (result instanceof StartAgain
        || (result instanceof Repeated repeated && !hasSession && repeated.mayStartAgain())) {
      comesBack(node, consent(redirect(oauth.newState(visitor(), result))));
    }
    return callback;
  }

  /**
   * Opens the profile, and signs in with another scope if the application asks for it.
   *
   * @return the profile's openid
   */
  String profile(int node) {
    WeChatOAuth oauth = nodes.get(node);
    try {
      return oauth.getUser(openid()).openid();
    } catch (ReauthorizationRequiredException e) {
      Scope required = e.requiredScope();
      if (required == null || !openid().equals(e.openid())) {
        throw e;
      }
      asksFor(required).signIn(node);
      return oauth.getUser(openid()).openid();
    }
  }

  private String visitor() {
    if (visitor == null) {
      visitor = UUID.randomUUID().toString();
    }
    return visitor;
  }

  private String redirect(String state) {
    redirects++;
    return changesStates.apply(state);
  }

  private static String nameOf(CallbackResult result) {
    String name = result.getClass().getSimpleName();
    return result instanceof StartAgain again ? name + " " + again.reason() : name;
  }

  // The outcome

  CallbackContract.Outcome outcome() {
    return new CallbackContract.Outcome(
        String.join(", ", results), redirects, (int) calls(Endpoint.EXCHANGE));
  }

  long calls(Endpoint endpoint) {
    return weChat.counters().calls(endpoint);
  }

  String openid() {
    return weChat.openid(WeChatSimulator.APPID, user);
  }

  boolean hasTokenThatWeChatTakes() {
    return stores
        .get(0)
        .getToken(openid())
        .map(OAuthToken::accessToken)
        .filter(token -> nodes.get(0).verifyToken(openid(), token))
        .isPresent();
  }

  @Override
  public void close() {
    nodes.forEach(WeChatOAuth::close);
    weChat.close();
  }
}
