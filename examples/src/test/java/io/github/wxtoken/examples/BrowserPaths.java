package io.github.wxtoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.examples.PathTable.Row;
import io.github.wxtoken.examples.User.End;
import io.github.wxtoken.simulator.Consent;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Switch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The paths of users through a sign-in at the example, in a real browser. Each ends signed in or on
 * a page that offers to sign in again, after an exact number of redirects to WeChat and of calls to
 * it. Each request reaches another node than the one before, unless a path says otherwise.
 */
@ExtendWith(NeedsChromium.class)
@Tag("faults")
abstract class BrowserPaths {
  private static final PathTable TABLE = new PathTable();

  private final int nodes;
  @TempDir Path folder;
  private Site site;
  private User user;

  BrowserPaths(int nodes) {
    this.nodes = nodes;
  }

  @BeforeEach
  void start() throws IOException {
    site = new Site(nodes, folder);
    user = browser(true);
  }

  private User browser(boolean cookies) throws IOException {
    Path profile = Files.createTempDirectory(folder, "profile-");
    Chromium chromium = Chromium.find().orElseThrow();
    return new User(chromium, profile, cookies, site.door().url(), site.wechat().uri());
  }

  @AfterEach
  void stop() {
    if (user != null) {
      user.close();
    }
    if (site != null) {
      site.close();
    }
  }

  @AfterAll
  static void publishTheTable() throws IOException {
    TABLE.publish();
  }

  final Site site() {
    return site;
  }

  final User user() {
    return user;
  }

  /** Opens the profile, which leads through a silent sign-in to WeChat's question. */
  final void openAndConsent() {
    user.open("/me");
    user.consent();
  }

  final void ends(String path, End end, int redirects, Calls calls) {
    ended(path, end, redirects, calls);
    if (end == End.MAY_START_AGAIN) {
      theOfferSignsIn();
    }
  }

  private void ended(String path, End end, int redirects, Calls calls) {
    Row row = new Row(path, nodes, user.end(), site.door().redirects(), site.calls());
    TABLE.add(row);
    assertThat(row).isEqualTo(new Row(path, nodes, end, redirects, calls));
  }

  /** A minute later, when WeChat works as it should. */
  private void theOfferSignsIn() {
    site.wechat().faults().clear();
    site.wechat().behaviour().consent(Consent.PAGE);
    site.wechat().clock().advance(Duration.ofMinutes(1));
    user.signInAgain();
    user.consent();
    assertThat(user.end()).isEqualTo(End.SIGNED_IN);
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
  void aUserWhoDeniesMaySignInAgain() {
    site.wechat().behaviour().set(Switch.DENIAL_REDIRECTS, true);
    user.open("/me");
    user.deny();

    ends("deny, and WeChat calls back without a code", End.MAY_START_AGAIN, 2, new Calls(1, 0, 0));
  }

  @Test
  void aUserWhoDeniesMayGoBackAndConsent() {
    user.open("/me");
    user.deny();
    user.back();
    user.consent();

    ends(
        "deny, and WeChat does not call back; back, consent", End.SIGNED_IN, 2, new Calls(2, 1, 1));
  }

  @Test
  void aReloadOfTheCallbackKeepsTheUserSignedIn() {
    openAndConsent();
    user.open(site.door().callbacks().get(1));

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
    user.open("/me");
    String first = user.tab();
    user.openTab("/login");
    String second = user.tab();
    user.switchTo(first);
    user.consent();
    assertThat(user.end()).isEqualTo(End.SIGNED_IN);
    user.switchTo(second);
    user.consent();

    ends("two tabs, the first one first", End.SIGNED_IN, 4, new Calls(4, 3, 2));
  }

  @Test
  void theSecondOfTwoTabsSignsIn() {
    user.open("/me");
    String first = user.tab();
    user.openTab("/login");
    user.consent();
    assertThat(user.end()).isEqualTo(End.SIGNED_IN);
    user.switchTo(first);
    user.consent();

    ends("two tabs, the second one first", End.SIGNED_IN, 4, new Calls(4, 3, 2));
  }

  @Test
  void aBrowserThatLosesItsCookiesSignsInAtTheNextAttempt() {
    user.open("/me");
    user.loseCookiesOfTheSite();
    user.consent();
    user.consent();

    ends("cookies lost at WeChat", End.SIGNED_IN, 4, new Calls(3, 2, 1));
  }

  @Test
  void aBrowserThatKeepsNoCookiesIsNotRedirectedForEver() throws IOException {
    user.close();
    user = browser(false);
    user.open("/me");

    ended("no cookies at all", End.MAY_START_AGAIN, 3, new Calls(0, 0, 0));
  }

  @Test
  void aStateThatABrowserAppendsTextToIsGood() {
    user.open("/me");
    site.door().alterNextCallback(path -> path + "%3Ffrom%3Dsinglemessage");
    user.consent();

    ends("altered state: text appended", End.SIGNED_IN, 2, new Calls(2, 1, 1));
  }

  @Test
  void anAlteredStateStartsAgain() {
    user.open("/me");
    site.door()
        .alterNextCallback(path -> path.substring(0, path.length() - 1) + otherThanLast(path));
    user.consent();
    user.consent();

    ends("altered state: a character changed", End.SIGNED_IN, 4, new Calls(3, 2, 1));
  }

  private static char otherThanLast(String path) {
    return path.endsWith("0") ? '1' : '0';
  }

  @Test
  void aStateThatIsGoneEndsOnAPage() {
    user.open("/me");
    site.door().alterNextCallback(path -> path.replaceAll("&state=.*", ""));
    user.consent();

    ends("altered state: nothing left", End.MAY_START_AGAIN, 2, new Calls(1, 0, 0));
  }

  @Test
  void aUserWhoTakesTooLongIsAskedAgain() {
    user.open("/me");
    site.wechat().clock().advance(Duration.ofMinutes(11));
    user.consent();
    user.consent();

    ends("consent after the state has expired", End.SIGNED_IN, 3, new Calls(2, 1, 1));
  }

  @Test
  void aSnapshotUserMaySignIn() {
    site.wechat().behaviour().consent(Consent.SNAPSHOT);
    user.open("/me");

    ends("snapshot user", End.MAY_START_AGAIN, 2, new Calls(2, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {48001, 50001})
  void aProfileThatWeChatRefusesIsAskedForOnce(int errcode) {
    site.wechat().faults().add(Endpoint.USERINFO, Fault.errcode(errcode));
    openAndConsent();

    ends(
        "profile refused by " + errcode + " after consent",
        End.MAY_START_AGAIN,
        2,
        new Calls(2, 1, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {45011, 40164})
  void aCodeThatWeChatDidNotConsumeSignsInAtTheReload(int errcode) {
    site.pin(0);
    site.wechat().faults().add(Endpoint.EXCHANGE, Fault.errcode(errcode).times(1));
    user.open("/me");
    assertThat(user.end()).isEqualTo(End.MAY_START_AGAIN);
    aMinuteLaterOrOnTheOtherNode();
    user.reload();
    user.consent();

    ends("exchange refused by " + errcode + elsewhere(), End.SIGNED_IN, 2, new Calls(3, 1, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"−1", "a timeout"})
  void aCodeOfWhichNobodyKnowsStartsAgainAtOnce(String what) {
    site.pin(0);
    endExchangeBy(what);
    user.open("/me");
    user.consent();

    ends("exchange ended by " + what, End.SIGNED_IN, 3, new Calls(3, 1, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"−1", "a timeout"})
  void aCallbackOfWhichNobodyKnowsMayBeOpenedAgain(String what) {
    site.pin(0);
    endExchangeBy(what);
    user.open("/me");
    aMinuteLaterOrOnTheOtherNode();
    user.open(site.door().callbacks().get(0));
    user.consent();

    String path = "exchange ended by " + what + elsewhere();
    if (nodes == 1) {
      // The node knows that this callback signed no user in, so it redirects to WeChat again.
      ends(path, End.SIGNED_IN, 5, new Calls(4, 2, 1));
    } else {
      // The other node knows only that the callback is repeated, and finds the session.
      ends(path, End.SIGNED_IN, 4, new Calls(3, 1, 1));
    }
  }

  /** WeChat takes the code, and the answer is lost. */
  private void endExchangeBy(String what) {
    Fault fault = what.equals("−1") ? Fault.errcode(-1) : Fault.of(Fault.Kind.HANG_IN_HEADERS);
    site.wechat().faults().add(Endpoint.EXCHANGE, fault.afterProcessing().times(1));
  }

  @Test
  void anExchangeThatFailsAgainAndAgainEndsOnAPageAlsoAfterAReload() {
    site.pin(0);
    site.wechat().faults().add(Endpoint.EXCHANGE, Fault.errcode(-1));
    user.open("/me");
    assertThat(user.end()).isEqualTo(End.MAY_START_AGAIN);
    site.wechat().faults().clear();
    aMinuteLaterOrOnTheOtherNode();
    user.reload();

    ends(
        "exchange ended by −1 three times" + elsewhere(),
        End.MAY_START_AGAIN,
        3,
        new Calls(3, 0, 0));
  }

  private void aMinuteLaterOrOnTheOtherNode() {
    if (nodes == 1) {
      site.wechat().clock().advance(Duration.ofMinutes(1));
    } else {
      site.pin(1);
    }
  }

  private String elsewhere() {
    return nodes == 1 ? ", reload after a minute" : ", reload on the other node";
  }
}
