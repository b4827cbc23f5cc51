package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.Scope;
import io.github.wxtoken.faults.CallbackScene.Returned;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The guarantees of {@link io.github.wxtoken.WeChatOAuth#handleCallback} on a store, with two
 * nodes: each path of a browser ends signed in, or on a page that offers to sign in, after a known
 * number of redirects to WeChat and of exchanges.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
public abstract class CallbackContract {
  private static final int ONE = 0;
  private static final int OTHER = 1;
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String TWICE = "SignedIn, SignedIn";
  private static final String FAILED = "FailedForNow";

  private final List<TokenStore> stores = new ArrayList<>();

  /** For subclasses. */
  protected CallbackContract() {}

  /**
   * Opens the store, once for each of two nodes; a store for a single process returns the same
   * object. The suite closes what it opened.
   *
   * @return a handle on the store
   * @throws Exception if that fails, which fails the tests
   */
  protected abstract TokenStore open() throws Exception;

  /**
   * Tells whether the nodes get two functions of the store instead of the store itself. Functions
   * cannot lease, so a node does not know what the other one did.
   *
   * @return false, unless overridden
   */
  protected boolean byHooks() {
    return false;
  }

  @BeforeAll
  void openStores() throws Exception {
    stores.add(open());
    stores.add(open());
  }

  @AfterAll
  void closeStores() {
    stores.forEach(TokenStore::close);
  }

  /** The outcome of a path: the results in order, redirects to WeChat, and exchanges of codes. */
  record Outcome(String results, int redirects, int exchanges) {}

  /** One row of the table. */
  record Path(String name, Consumer<CallbackScene> script, Outcome onStore, Outcome onHooks) {
    static Path of(
        String name, Consumer<CallbackScene> script, String results, int redirects, int exchanges) {
      Outcome outcome = new Outcome(results, redirects, exchanges);
      return new Path(name, script, outcome, outcome);
    }

    /** Sets the outcome where a node does not know what the other one did. */
    Path onHooks(String results, int redirects, int exchanges) {
      return new Path(name, script, onStore, new Outcome(results, redirects, exchanges));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  final void everyPathEndsSignedInOrOnAPage(Path path) {
    try (CallbackScene scene = scene()) {
      path.script().accept(scene);

      assertThat(scene.outcome()).isEqualTo(byHooks() ? path.onHooks() : path.onStore());
    }
  }

  private CallbackScene scene() {
    return new CallbackScene(stores, byHooks());
  }

  private static List<Path> paths() {
    List<Path> paths = new ArrayList<>();
    paths.addAll(ofAUserWhoDoesWhatUsersDo());
    paths.addAll(ofABrowserThatLosesThings());
    paths.addAll(ofAWeChatThatRefuses());
    paths.addAll(ofAnExchangeWhoseOutcomeNobodyKnows());
    paths.addAll(ofAStoreThatFails());
    return paths;
  }

  private static List<Path> ofAUserWhoDoesWhatUsersDo() {
    return List.of(
        Path.of("signs in", at -> at.signIn(ONE), "SignedIn", 1, 1),
        Path.of("denies", at -> at.comesBack(ONE, at.deny(at.login(ONE))), "Denied", 1, 0),
        Path.of("is a snapshot user", at -> at.isASnapshotUser().signIn(ONE), "SnapshotUser", 1, 1),
        Path.of(
            "reloads the callback on the same node",
            at -> at.comesBack(ONE, at.signIn(ONE)),
            TWICE,
            1,
            1),
        Path.of(
                "reloads the callback on the other node",
                at -> at.comesBack(OTHER, at.signIn(ONE)),
                "SignedIn, Repeated",
                1,
                1)
            .onHooks("SignedIn, Repeated", 1, 2),
        Path.of(
                "reloads on the other node a callback whose answer was lost",
                at -> at.comesBack(OTHER, at.losesTheNextAnswer().signIn(ONE)),
                "SignedIn, Repeated, SignedIn",
                2,
                2)
            .onHooks("SignedIn, Repeated, SignedIn", 2, 3),
        Path.of(
            "goes back and consents again, on the same node",
            at -> at.comesBack(ONE, at.consent(at.signIn(ONE).state())),
            "SignedIn, StartAgain STATE_USED, SignedIn",
            2,
            2),
        Path.of(
                "goes back and consents again, on the other node",
                at -> at.comesBack(OTHER, at.consent(at.signIn(ONE).state())),
                "SignedIn, StartAgain STATE_USED, SignedIn",
                2,
                2)
            .onHooks(TWICE, 1, 2),
        Path.of("signs in in two tabs, in this order", at -> twoTabs(at, false), TWICE, 2, 2),
        Path.of("signs in in two tabs, in the other order", at -> twoTabs(at, true), TWICE, 2, 2),
        Path.of(
            "signs in in two tabs, of which the second got another cookie",
            CallbackContract::twoTabsWithTwoCookies,
            "StartAgain STATE_OF_ANOTHER_VISITOR, SignedIn, SignedIn",
            3,
            2),
        Path.of(
            "consents after 10 minutes",
            at -> {
              String state = at.login(ONE);
              at.passes(MINUTE.multipliedBy(10));
              at.comesBack(OTHER, at.consent(state));
            },
            "StartAgain STATE_EXPIRED, SignedIn",
            2,
            1));
  }

  private static void twoTabs(CallbackScene at, boolean secondFirst) {
    Returned first = at.consent(at.login(ONE));
    Returned second = at.consent(at.login(OTHER));
    at.comesBack(ONE, secondFirst ? second : first);
    at.comesBack(OTHER, secondFirst ? first : second);
  }

  private static void twoTabsWithTwoCookies(CallbackScene at) {
    Returned first = at.consent(at.login(ONE));
    Returned second = at.consent(at.losesCookies().login(ONE));
    at.comesBack(ONE, first);
    at.comesBack(ONE, second);
  }

  private static List<Path> ofABrowserThatLosesThings() {
    return List.of(
        Path.of(
            "loses its cookie",
            at -> {
              Returned callback = at.consent(at.login(ONE));
              at.losesCookies().comesBack(ONE, callback);
            },
            "StartAgain VISITOR_MISSING, SignedIn",
            2,
            1),
        Path.of(
            "drops every cookie",
            at -> at.dropsAllCookies().signIn(ONE),
            "StartAgain VISITOR_MISSING, StartAgain VISITOR_MISSING, FailedForNow",
            3,
            0),
        Path.of(
            "changes a character of the state",
            at -> at.changesTheNextState(CallbackContract::lastCharacterChanged).signIn(ONE),
            "StartAgain STATE_OF_ANOTHER_VISITOR, SignedIn",
            2,
            1),
        Path.of(
            "changes a character of every state",
            at -> at.changesStates(CallbackContract::lastCharacterChanged).signIn(ONE),
            "StartAgain STATE_OF_ANOTHER_VISITOR, StartAgain STATE_OF_ANOTHER_VISITOR,"
                + " FailedForNow",
            3,
            0),
        Path.of(
            "appends a fragment to the state",
            at -> at.changesStates(state -> state + "#wechat_redirect").signIn(ONE),
            "SignedIn",
            1,
            1),
        Path.of(
            "appends a parameter to the state, and reloads without it",
            at -> {
              String state = at.login(ONE);
              Returned callback = at.consent(state + "?from=singlemessage&amp;isappinstalled=0");
              at.comesBack(ONE, callback);
              at.comesBack(ONE, new Returned(callback.code(), state));
            },
            TWICE,
            1,
            1),
        Path.of(
            "appends letters to the state",
            at -> at.changesTheNextState(state -> state + "x0").signIn(ONE),
            "StartAgain STATE_ALTERED, SignedIn",
            2,
            1),
        Path.of(
            "cuts every state",
            at -> at.changesStates(state -> state.substring(0, state.length() - 4)).signIn(ONE),
            "StartAgain STATE_ALTERED, StartAgain STATE_ALTERED, FailedForNow",
            3,
            0),
        Path.of("loses the state", at -> at.changesStates(state -> "").signIn(ONE), FAILED, 1, 0));
  }

  private static String lastCharacterChanged(String state) {
    int last = state.length() - 1;
    return state.substring(0, last) + (state.charAt(last) == '0' ? '1' : '0');
  }

  private static List<Path> ofAWeChatThatRefuses() {
    List<Path> paths = new ArrayList<>();
    for (int errcode : new int[] {40164, 40125, 40013, 48001}) {
      for (int node : new int[] {ONE, OTHER}) {
        paths.add(
            Path.of(
                "is refused by " + errcode + ", and reloads on node " + node,
                at -> at.comesBack(node, at.exchangesFail(once(errcode)).signIn(ONE)),
                "FailedForNow, SignedIn",
                1,
                2));
      }
    }
    paths.add(
        Path.of(
            "is refused by 45011, reloads in the same minute and in the next",
            at -> {
              at.freezesTheClock();
              Returned callback = at.exchangesFail(once(45011)).signIn(ONE);
              at.comesBack(ONE, callback);
              at.passes(MINUTE);
              at.comesBack(ONE, callback);
            },
            "FailedForNow, FailedForNow, SignedIn",
            1,
            2));
    paths.add(
        Path.of(
            "is refused by 45011, and reloads in the same minute on the other node",
            at -> {
              at.freezesTheClock();
              at.comesBack(OTHER, at.exchangesFail(once(45011)).signIn(ONE));
            },
            "FailedForNow, SignedIn",
            1,
            2));
    paths.add(
        Path.of(
            "reloads four times while WeChat refuses by 40164",
            at -> {
              Returned callback = at.exchangesFail(Fault.errcode(40164)).signIn(ONE);
              for (int i = 0; i < 4; i++) {
                at.comesBack(ONE, callback);
              }
            },
            String.join(", ", Collections.nCopies(5, FAILED)),
            1,
            5));
    paths.add(
        Path.of(
            "has a code that WeChat does not take",
            at -> at.exchangesFail(once(40029)).signIn(ONE),
            "StartAgain CODE_REFUSED, SignedIn",
            2,
            2));
    paths.add(
        Path.of(
            "has codes that WeChat never takes",
            at -> at.exchangesFail(Fault.errcode(40029)).signIn(ONE),
            "StartAgain CODE_REFUSED, StartAgain CODE_REFUSED, FailedForNow",
            3,
            3));
    return paths;
  }

  private static Fault once(int errcode) {
    return Fault.errcode(errcode).times(1);
  }

  private static List<Path> ofAnExchangeWhoseOutcomeNobodyKnows() {
    Fault badGateway = Fault.httpError(502).times(1);
    List<Path> paths = new ArrayList<>();
    paths.addAll(unknown("-1", at -> at.exchangesFail(once(-1)), false));
    paths.addAll(unknown("a 502 before the work", at -> at.exchangesFail(badGateway), false));
    paths.addAll(
        unknown("a 502 after it", at -> at.exchangesFail(badGateway.afterProcessing()), true));
    paths.addAll(unknown("a timeout", CallbackScene::theNextExchangeHangs, false));
    paths.add(
        Path.of(
            "gets -1 for each exchange",
            at -> at.exchangesFail(Fault.errcode(-1)).signIn(ONE),
            "StartAgain OUTCOME_UNKNOWN, StartAgain OUTCOME_UNKNOWN, FailedForNow",
            3,
            3));
    return paths;
  }

  /**
   * Returns the paths with an unknown state. The first answer is already a redirect to WeChat, so a
   * reload follows if that answer was lost.
   */
  private static List<Path> unknown(
      String what, Consumer<CallbackScene> fault, boolean codeIsConsumed) {
    Path followed =
        Path.of(
            "gets " + what,
            fault.andThen(at -> at.signIn(ONE)),
            "StartAgain OUTCOME_UNKNOWN, SignedIn",
            2,
            2);
    Path here =
        Path.of(
            "gets " + what + " and reloads on the same node",
            fault.andThen(at -> at.comesBack(ONE, at.losesTheNextAnswer().signIn(ONE))),
            "StartAgain OUTCOME_UNKNOWN, StartAgain OUTCOME_UNKNOWN, SignedIn",
            2,
            2);
    Path there =
        Path.of(
            "gets " + what + " and reloads on the other node",
            fault.andThen(at -> at.comesBack(OTHER, at.losesTheNextAnswer().signIn(ONE))),
            "StartAgain OUTCOME_UNKNOWN, Repeated, SignedIn",
            2,
            2);
    return List.of(
        followed,
        here,
        codeIsConsumed
            ? there.onHooks("StartAgain OUTCOME_UNKNOWN, Repeated, SignedIn", 2, 3)
            : there.onHooks("StartAgain OUTCOME_UNKNOWN, SignedIn", 1, 2));
  }

  private static List<Path> ofAStoreThatFails() {
    return List.of(
        Path.of(
                "comes back while the store is down, and reloads when it is up again",
                at -> {
                  Returned callback = at.storeIsDown(true).signIn(ONE);
                  at.storeIsDown(false).comesBack(OTHER, callback);
                },
                "FailedForNow, SignedIn",
                1,
                1)
            .onHooks(
                "StartAgain NOT_SAVED, StartAgain NOT_SAVED, FailedForNow, Repeated, SignedIn",
                4,
                5),
        Path.of(
            "gets tokens that the store does not save",
            at -> at.storeSavesNothing(true).signIn(ONE),
            "StartAgain NOT_SAVED, StartAgain NOT_SAVED, FailedForNow",
            3,
            3),
        Path.of(
            "gets a token that the store does not save, and reloads when it does",
            at -> {
              Returned callback = at.storeSavesNothing(true).losesTheNextAnswer().signIn(ONE);
              at.storeSavesNothing(false).comesBack(ONE, callback);
            },
            "StartAgain NOT_SAVED, StartAgain NOT_SAVED, SignedIn",
            2,
            2));
  }

  @Test
  final void aBaseScopeAndThenTheProfileTakeTwoRedirectsAndOneProfile() {
    try (CallbackScene scene = scene()) {
      scene.asksFor(Scope.SNSAPI_BASE).signIn(ONE);

      assertThat(scene.profile(OTHER)).isEqualTo(scene.openid());
      assertThat(scene.outcome()).isEqualTo(new Outcome(TWICE, 2, 2));
      assertThat(scene.calls(Endpoint.USERINFO)).isEqualTo(1);
    }
  }

  @Test
  final void aUserWhoIsSignedInAfterAllHasATokenThatWeChatTakes() {
    try (CallbackScene scene = scene()) {
      scene.comesBack(OTHER, scene.losesTheNextAnswer().signIn(ONE));

      assertThat(scene.hasTokenThatWeChatTakes()).isTrue();
    }
  }
}
