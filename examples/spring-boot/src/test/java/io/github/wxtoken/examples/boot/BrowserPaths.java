package io.github.wxtoken.examples.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.wxtoken.TicketType;
import io.github.wxtoken.WeChatApp;
import io.github.wxtoken.examples.boot.PathTable.Row;
import io.github.wxtoken.examples.boot.User.End;
import io.github.wxtoken.simulator.Consent;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Switch;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The paths of users through a sign-in at the example, in a real browser where there is one. Each
 * ends signed in or on a page that offers to sign in again, after an exact number of redirects to
 * WeChat and of calls to it. Each request reaches another node than the one before, unless a path
 * says otherwise.
 */
@ExtendWith(ReportsBrowser.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("faults")
abstract class BrowserPaths {
  private static final PathTable TABLE = new PathTable();
  private static final AtomicInteger PEOPLE = new AtomicInteger();

  private final int nodes;
  private final Browser program = Browser.ofThisMachine();
  private Path folder;
  private Site site;
  private User user;

  @SuppressWarnings("NullAway.Init") // JUnit starts it
  BrowserPaths(int nodes) {
    this.nodes = nodes;
  }

  abstract Site startSite() throws IOException;

  @BeforeAll
  void start(@TempDir Path profiles) throws IOException {
    folder = profiles;
    site = startSite();
    user = browser(true);
  }

  private User browser(boolean cookies) throws IOException {
    Path profile = Files.createTempDirectory(folder, "profile-");
    return new User(program, profile, cookies, site.url(), site.weChat().uri());
  }

  /** A Chinese name, since an answer in the wrong encoding spoils it. */
  @BeforeEach
  void letSomebodyArrive() {
    site.reset();
    user.become("张三丰" + PEOPLE.incrementAndGet());
  }

  @AfterAll
  void stop() throws IOException {
    if (user != null) {
      user.close();
    }
    if (site != null) {
      site.close();
    }
    TABLE.publish();
  }

  final Site site() {
    return site;
  }

  final User user() {
    return user;
  }

  /** Opens the profile: a silent sign-in, and a page that asks to go to WeChat. */
  final void openAndAgree() {
    user.open("/me");
    user.agree();
  }

  final void openAndConsent() {
    openAndAgree();
    user.consent();
  }

  final void ends(String path, End end, int redirects, Calls calls) {
    ended(path, end, redirects, calls);
    if (end == End.MAY_SIGN_IN) {
      theOfferSignsIn();
    }
  }

  private void ended(String path, End end, int redirects, Calls calls) {
    Row row = new Row(path, nodes, user.end(), site.redirects(), site.calls());
    TABLE.add(row);
    assertThat(row).isEqualTo(new Row(path, nodes, end, redirects, calls));
  }

  /** A minute later, when WeChat works as it should. */
  private void theOfferSignsIn() {
    site.weChat().faults().clear();
    site.weChat().behaviour().consent(Consent.PAGE);
    site.weChat().clock().advance(Duration.ofMinutes(1));
    user.signIn();
    user.consent();
    assertThat(user.end()).isEqualTo(End.SIGNED_IN);
  }

  @Test
  void theButtonLeadsToWeChatsQuestionAndBackToTheProfile() {
    user.open("/");
    user.signIn();
    user.consent();

    ends("sign in by the button", End.SIGNED_IN, 1, new Calls(1, 0, 1));
  }

  @Test
  void aUserWhoConsentsIsSignedIn() {
    openAndConsent();

    ends(
        "sign in: the openid by base scope, then the profile",
        End.SIGNED_IN,
        2,
        new Calls(2, 1, 1));
  }

  @Test
  void theProfileIsThereOnTheNextVisitWithoutWeChatsPage() {
    openAndConsent();
    user.open("/me");

    ends("sign in, visit again", End.SIGNED_IN, 2, new Calls(2, 1, 2));
  }

  @Test
  void aTokenThatHasExpiredIsRefreshedOnceAndTheUserSeesNothingOfIt() {
    openAndConsent();
    site.weChat().clock().advance(Duration.ofHours(3));
    user.open("/me");
    user.reload();

    ends("the token expires, visit again twice", End.SIGNED_IN, 2, new Calls(2, 1, 3, 1));
  }

  @Test
  void aUserWhoSignsOutMaySignInAgain() {
    openAndConsent();
    user.signOut();

    ends("sign out", End.MAY_SIGN_IN, 2, new Calls(2, 1, 1));
  }

  @Test
  void aUserWhoDeniesMaySignInAgain() {
    site.weChat().behaviour().set(Switch.DENIAL_REDIRECTS, true);
    openAndAgree();
    user.deny();

    ends("deny, and WeChat calls back without a code", End.MAY_SIGN_IN, 2, new Calls(1, 0, 0));
  }

  @Test
  void aUserWhoDeniesMayGoBackAndConsent() {
    openAndAgree();
    user.deny();
    user.back();
    user.consent();

    ends(
        "deny, and WeChat does not call back; back, consent", End.SIGNED_IN, 2, new Calls(2, 1, 1));
  }

  @Test
  void aReloadOfTheCallbackKeepsTheUserSignedIn() {
    openAndConsent();
    user.open(site.callbacks().get(1));

    ends("reload of the callback", End.SIGNED_IN, 2, new Calls(2, 1, 2));
  }

  @Test
  void aUserWhoGoesBackAndConsentsAgainIsAskedOnceMore() {
    openAndConsent();
    user.back();
    user.consent();
    user.consent();

    ends("back, and consent again", End.SIGNED_IN, 3, new Calls(3, 2, 2));
  }

  @Test
  void theFirstOfTwoTabsSignsIn() {
    openAndAgree();
    String first = user.tab();
    user.openTab("/me");
    user.agree();
    String second = user.tab();
    user.switchTo(first);
    user.consent();
    assertThat(user.end()).isEqualTo(End.SIGNED_IN);
    user.switchTo(second);
    user.consent();

    ends("two tabs, the first one first", End.SIGNED_IN, 3, new Calls(3, 2, 2));
  }

  @Test
  void theSecondOfTwoTabsSignsIn() {
    openAndAgree();
    String first = user.tab();
    user.openTab("/me");
    user.agree();
    user.consent();
    assertThat(user.end()).isEqualTo(End.SIGNED_IN);
    user.switchTo(first);
    user.consent();

    ends("two tabs, the second one first", End.SIGNED_IN, 3, new Calls(3, 2, 2));
  }

  @Test
  void aBrowserThatLosesItsCookiesSignsInAtTheNextAttempt() {
    openAndAgree();
    user.loseCookiesOfTheSite();
    user.consent();
    user.consent();

    ends("cookies lost at WeChat", End.SIGNED_IN, 3, new Calls(2, 1, 1));
  }

  @Test
  void aBrowserThatKeepsNoCookiesIsNotRedirectedForEver() throws IOException {
    User kept = user;
    try {
      user = browser(false);
      user.open("/me");

      ended("no cookies at all", End.MAY_SIGN_IN, 3, new Calls(0, 0, 0));
    } finally {
      user.close();
      user = kept;
    }
  }

  @Test
  void aStateThatABrowserAppendsTextToIsGood() {
    openAndAgree();
    site.alterNextCallback(path -> path + "%3Ffrom%3Dsinglemessage");
    user.consent();

    ends("altered state: text appended", End.SIGNED_IN, 2, new Calls(2, 1, 1));
  }

  @Test
  void anAlteredStateStartsAgain() {
    openAndAgree();
    site.alterNextCallback(path -> path.substring(0, path.length() - 1) + otherThanLast(path));
    user.consent();
    user.consent();

    ends("altered state: a character changed", End.SIGNED_IN, 3, new Calls(2, 1, 1));
  }

  private static char otherThanLast(String path) {
    return path.endsWith("0") ? '1' : '0';
  }

  @Test
  void aStateThatIsGoneEndsOnAPage() {
    openAndAgree();
    site.alterNextCallback(path -> path.replaceAll("&state=.*", ""));
    user.consent();

    ends("altered state: nothing left", End.MAY_SIGN_IN, 2, new Calls(1, 0, 0));
  }

  @Test
  void aUserWhoTakesTooLongIsAskedAgain() {
    openAndAgree();
    site.weChat().clock().advance(Duration.ofMinutes(11));
    user.consent();
    user.consent();

    ends("consent after the state has expired", End.SIGNED_IN, 3, new Calls(2, 1, 1));
  }

  @Test
  void aSnapshotUserMaySignIn() {
    site.weChat().behaviour().consent(Consent.SNAPSHOT);
    openAndAgree();

    ends("snapshot user", End.MAY_SIGN_IN, 2, new Calls(2, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {48001, 50001})
  void aProfileThatWeChatRefusesIsAskedForOnce(int errcode) {
    site.weChat().faults().add(Endpoint.USERINFO, Fault.errcode(errcode));
    openAndConsent();

    ends(
        "profile refused by " + errcode + " after consent", End.MAY_SIGN_IN, 2, new Calls(2, 1, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {45011, 40164})
  void aCodeThatWeChatDidNotConsumeSignsInAtTheReload(int errcode) {
    site.pin(0);
    site.weChat().faults().add(Endpoint.EXCHANGE, Fault.errcode(errcode).times(1));
    user.open("/me");
    assertThat(user.end()).isEqualTo(End.MAY_SIGN_IN);
    aMinuteLaterOrOnTheOtherNode();
    user.reload();
    user.agree();
    user.consent();

    ends("exchange refused by " + errcode + elsewhere(), End.SIGNED_IN, 2, new Calls(3, 1, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"−1", "a timeout"})
  void aCodeOfWhichNobodyKnowsStartsAgainAtOnce(String what) {
    site.pin(0);
    endExchangeBy(what);
    openAndConsent();

    ends("exchange ended by " + what, End.SIGNED_IN, 3, new Calls(3, 1, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"−1", "a timeout"})
  void aCallbackOfWhichNobodyKnowsMayBeOpenedAgain(String what) {
    site.pin(0);
    endExchangeBy(what);
    user.open("/me");
    aMinuteLaterOrOnTheOtherNode();
    user.open(site.callbacks().get(0));
    user.agree();
    user.consent();

    String path = "exchange ended by " + what + elsewhere();
    if (nodes == 1) {
      // The node knows that this callback signed no user in, so it redirects to WeChat again.
      ends(path, End.SIGNED_IN, 4, new Calls(4, 2, 1));
    } else {
      // The other node knows only that the callback is repeated, and finds the session.
      ends(path, End.SIGNED_IN, 3, new Calls(3, 1, 1));
    }
  }

  /** WeChat takes the code, and the answer is lost. */
  private void endExchangeBy(String what) {
    Fault fault = what.equals("−1") ? Fault.errcode(-1) : Fault.of(Fault.Kind.HANG_IN_HEADERS);
    site.weChat().faults().add(Endpoint.EXCHANGE, fault.afterProcessing().times(1));
  }

  @Test
  void anExchangeThatFailsAgainAndAgainEndsOnAPageAlsoAfterAReload() {
    site.pin(0);
    site.weChat().faults().add(Endpoint.EXCHANGE, Fault.errcode(-1));
    user.open("/me");
    assertThat(user.end()).isEqualTo(End.MAY_SIGN_IN);
    site.weChat().faults().clear();
    aMinuteLaterOrOnTheOtherNode();
    user.reload();

    ends("exchange ended by −1 three times" + elsewhere(), End.MAY_SIGN_IN, 3, new Calls(3, 0, 0));
  }

  private void aMinuteLaterOrOnTheOtherNode() {
    if (nodes == 1) {
      site.weChat().clock().advance(Duration.ofMinutes(1));
    } else {
      site.pin(1);
    }
  }

  private String elsewhere() {
    return nodes == 1 ? ", reload after a minute" : ", reload on the other node";
  }

  @Test
  void thePageToShareIsSignedForItsAddressWithTheTicketOfTheCluster() throws Exception {
    site.weChat().clock().advance(Duration.ofHours(3)); // what earlier paths fetched has expired
    for (int visit = 0; visit < 4; visit++) {
      user.open("/share?from=timeline&name=%E5%BC%A0");
    }

    assertThat(site.weChat().counters().appTokenFetches(WeChatSimulator.APPID)).isEqualTo(1);
    assertThat(site.weChat().counters().ticketFetches(WeChatSimulator.APPID)).isEqualTo(1);
    assertThat(shown("signature"))
        .isEqualTo(
            Sha1.of(
                "jsapi_ticket=" + ticket(),
                "noncestr=" + shown("nonceStr"),
                "timestamp=" + shown("timestamp"),
                "url=" + user.evaluate("return location.href")));
  }

  private String shown(String part) {
    return user.evaluate("return document.getElementById('config').dataset." + part);
  }

  /** WeChat gives everybody who asks the same one while it is valid. */
  private String ticket() {
    try (WeChatApp app =
        WeChatApp.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
            .store("memory:")
            .apiEndpoint(site.weChat().uri())
            .clock(site.weChat().clock())
            .build()) {
      return app.getTicket(TicketType.JSAPI).value();
    }
  }

  @Test
  void theOperatorsSeeThatTwentyExpiredTokensCostTwentyRefreshes() {
    assumeTrue(program.runsScripts(), "the page of the operators is a script");
    user.open("/operators");
    user.press("#demo button");

    user.awaitText("#demo [role=status]", ".*80.*20.*20.*");
    assertThat(site.weChat().counters().calls(Endpoint.REFRESH)).isEqualTo(20);
    for (int node = 1; node <= nodes; node++) {
      user.awaitText("[data-node='" + node + "'] [data-count=refreshes]", "[0-9]+");
    }
    user.awaitText("[data-total=refreshes]", "[2-9][0-9]|[1-9][0-9]{2,}"); // 20, or more by now
  }
}
