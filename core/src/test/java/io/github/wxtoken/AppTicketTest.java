package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.async;
import static io.github.wxtoken.TestCluster.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Gate;
import io.github.wxtoken.simulator.SimulatorApp;
import io.github.wxtoken.simulator.Switch;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The things that an app gets with its access token: tickets, signatures, phone numbers. */
class AppTicketTest {
  private static final Duration LIFE = Duration.ofHours(2);

  private final TestCluster cluster = new TestCluster();
  private final EventLog events = new EventLog();
  private final WeChatApp one = cluster.app(b -> b.listener(events));
  private final WeChatApp other = cluster.app();

  @BeforeEach
  void freeze() {
    cluster.weChat.clock().freeze();
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private long fetches() {
    return cluster.weChat.counters().ticketFetches(WeChatSimulator.APPID);
  }

  private List<AppTicket> whatAllGet(TicketType type) {
    List<CompletableFuture<AppTicket>> calls = new ArrayList<>();
    calls.addAll(together(32, () -> one.getTicket(type)));
    calls.addAll(together(32, () -> other.getTicket(type)));
    return calls.stream().map(CompletableFuture::join).toList();
  }

  @ParameterizedTest
  @EnumSource(TicketType.class)
  void anExpiryCostsOneFetchInTheCluster(TicketType type) {
    for (int expiry = 1; expiry <= 3; expiry++) {
      List<AppTicket> tickets = whatAllGet(type);

      assertThat(tickets).containsOnly(tickets.get(0));
      assertThat(fetches()).isEqualTo(expiry);
      cluster.weChat.clock().advance(LIFE);
    }
  }

  @Test
  void theTypesAreRecordsOfTheirOwn() {
    AppTicket jsapi = one.getTicket(TicketType.JSAPI);
    AppTicket card = one.getTicket(TicketType.WX_CARD);

    assertThat(jsapi).isNotEqualTo(card);
    assertThat(cluster.stored("ticket:jsapi:" + WeChatSimulator.APPID).accessToken())
        .isEqualTo(jsapi.value());
    assertThat(cluster.stored("ticket:card:" + WeChatSimulator.APPID).accessToken())
        .isEqualTo(card.value());
  }

  /** docs/wechat-protocol.md#tickets: what WeChat answers before the end of a ticket. */
  @Nested
  class BeforeTheEnd {

    private void passes(Duration time) {
      cluster.weChat.clock().advance(time);
    }

    private void assertOneTicketForAll() {
      List<AppTicket> tickets = whatAllGet(TicketType.JSAPI);
      assertThat(tickets).containsOnly(tickets.get(0));
    }

    @Test
    void aTicketThatWeChatRepeatsIsAskedForOnceBeforeItsEnd() {
      one.getTicket(TicketType.JSAPI);
      passes(LIFE.minusMinutes(4));
      for (int i = 0; i < 20; i++) {
        one.getTicket(TicketType.JSAPI);
        events.await("fetched JSAPI_TICKET AHEAD FETCHED", 1);
        passes(Duration.ofSeconds(10));
      }

      assertThat(fetches()).isEqualTo(2);
    }

    @Test
    void onceWeChatHasRepeatedATicketAnExpiryCostsOneFetch() {
      one.getTicket(TicketType.JSAPI);
      passes(LIFE.minusMinutes(4));
      one.getTicket(TicketType.JSAPI);
      events.await("fetched JSAPI_TICKET AHEAD FETCHED", 1);
      passes(Duration.ofMinutes(4));
      for (int expiry = 1; expiry <= 5; expiry++) {
        assertOneTicketForAll();
        one.getAccessToken();
        passes(LIFE.minusMinutes(4));
        assertOneTicketForAll();
        one.getAccessToken();
        passes(Duration.ofMinutes(4));

        assertThat(fetches()).as("the first, the repeated, and these").isEqualTo(2 + expiry);
      }
      assertThat(cluster.weChat.counters().calls(Endpoint.TICKET))
          .as("none with an access token that WeChat refuses")
          .isEqualTo(fetches());
    }

    @Test
    void whereWeChatIssuesTheNextTicketAheadNobodyWaits() {
      cluster.behaviour().set(Switch.NEW_TICKET_AHEAD, true);
      AppTicket ticket = one.getTicket(TicketType.JSAPI);
      for (int expiry = 1; expiry <= 5; expiry++) {
        passes(LIFE.minusMinutes(4));
        assertThat(one.getTicket(TicketType.JSAPI)).isEqualTo(ticket);
        events.await("fetched JSAPI_TICKET AHEAD FETCHED", expiry);
        passes(Duration.ofSeconds(10));
        AppTicket next = one.getTicket(TicketType.JSAPI);
        assertThat(next).isNotEqualTo(ticket);
        ticket = next;
      }

      assertThat(fetches()).isEqualTo(6);
    }

    @Test
    void aRepeatedTicketEndsWhenWeChatSaidFirst() {
      cluster.behaviour().set(Switch.FULL_LIFE_WITH_REPEATED_TICKET, true);
      AppTicket ticket = one.getTicket(TicketType.JSAPI);
      passes(LIFE.minusMinutes(4));
      one.getTicket(TicketType.JSAPI);
      events.await("fetched JSAPI_TICKET AHEAD FETCHED", 1);
      passes(Duration.ofSeconds(10));

      assertThat(one.getTicket(TicketType.JSAPI)).isEqualTo(ticket);
      passes(Duration.ofMinutes(4).minusSeconds(10));
      assertThat(one.getTicket(TicketType.JSAPI)).isNotEqualTo(ticket);
    }

    /** A life counts from before the request, so WeChat's end is up to an HTTP timeout later. */
    @Test
    void aTicketThatWeChatRepeatsAfterItsEndIsUsedForAnHttpTimeoutMore() throws Exception {
      cluster.behaviour().set(Switch.FULL_LIFE_WITH_REPEATED_TICKET, true);
      CompletableFuture<AppTicket> first;
      try (Gate gate = cluster.weChat.faults().hold(Endpoint.TICKET)) {
        first = async(() -> one.getTicket(TicketType.JSAPI));
        assertThat(gate.awaitArrivals(1, Duration.ofSeconds(60))).isTrue();
        passes(Duration.ofSeconds(2));
      }
      AppTicket ticket = first.join();
      passes(LIFE.minusSeconds(1));

      AppTicket repeated = one.getTicket(TicketType.JSAPI);
      assertThat(repeated.value()).isEqualTo(ticket.value());
      assertThat(repeated.expiresAt()).isEqualTo(ticket.expiresAt().plusSeconds(5));
      passes(Duration.ofSeconds(5));
      assertThat(one.getTicket(TicketType.JSAPI).value()).isNotEqualTo(ticket.value());
    }
  }

  @Test
  void aRefusedAccessTokenIsReplacedOnTheWay() {
    one.getAccessToken();
    cluster.weChat.killAppTokens(WeChatSimulator.APPID);

    assertThat(one.getTicket(TicketType.JSAPI).value()).isNotBlank();
    assertThat(cluster.weChat.counters().appTokensIssued(WeChatSimulator.APPID)).isEqualTo(2);
  }

  @Test
  void aSignatureIsMadeWithTheTicket() {
    JsapiSignature signature = one.signJsapi("https://example.com/page#top");

    JsapiSigner signer = new JsapiSigner(WeChatSimulator.APPID, cluster.weChat.clock());
    assertThat(signature)
        .isEqualTo(
            signer.sign(
                other.getTicket(TicketType.JSAPI),
                URI.create("https://example.com/page"),
                cluster.weChat.clock().instant().getEpochSecond(),
                signature.nonceStr()));
  }

  @Test
  void aPageThatIsNoUrlCostsNoCall() {
    assertThatThrownBy(() -> one.signJsapi("/page")).isInstanceOf(IllegalArgumentException.class);

    assertThat(cluster.weChat.counters().total()).isZero();
  }

  @Nested
  class PhoneNumbers {
    private static final String MINI = "wxmini";
    private final WeChatApp app;

    PhoneNumbers() {
      cluster.weChat.addApp(SimulatorApp.of(MINI, "minisecret", AppKind.MINI_PROGRAM));
      app =
          WeChatApp.builder(MINI, "minisecret")
              .store(cluster.store)
              .apiEndpoint(cluster.weChat.uri())
              .clock(cluster.weChat.clock())
              .build();
    }

    @AfterEach
    void close() {
      app.close();
    }

    private String code() {
      return cluster.weChat.phoneNumberCode(MINI, "amy", "86", "13800000000");
    }

    @Test
    void aCodeIsExchangedForTheNumber() {
      assertThat(app.getPhoneNumber(code()))
          .isEqualTo(new PhoneNumber("13800000000", "13800000000", "86"));
    }

    @Test
    void theUserMayBeChecked() {
      String amy = cluster.weChat.openid(MINI, "amy");
      String eve = cluster.weChat.openid(MINI, "eve");

      assertThat(app.getPhoneNumber(code(), amy).countryCode()).isEqualTo("86");
      assertThatThrownBy(() -> app.getPhoneNumber(code(), eve))
          .isInstanceOf(WeChatApiException.class);
    }

    @Test
    void aUsedCodeSaysThatTheUserHasToTapAgain() {
      String code = code();
      app.getPhoneNumber(code);

      assertThatThrownBy(() -> app.getPhoneNumber(code))
          .isInstanceOf(WeChatApiException.class)
          .hasMessageContaining("tap the button again")
          .message()
          .doesNotContain(code);
    }

    @Test
    void aRefusedTokenIsReplacedAndTheCodeIsSentAgain() {
      app.getAccessToken();
      cluster.weChat.killAppTokens(MINI);

      assertThat(app.getPhoneNumber(code()).phoneNumber()).isEqualTo("13800000000");
    }

    @Test
    void aQuotaIsRemembered() {
      cluster.weChat.faults().add(Endpoint.PHONE_NUMBER, Fault.errcode(45009).times(1));
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> app.getPhoneNumber(code())).hasMessageContaining("45009");
      }

      assertThat(cluster.weChat.counters().calls(Endpoint.PHONE_NUMBER)).isEqualTo(1);
    }

    @Test
    void theNumberIsInNoLog() {
      assertThat(app.getPhoneNumber(code()).toString()).doesNotContain("13800000000");
    }
  }

  @Test
  void whatAnAppGetsShowsNoSecret() {
    AppAccessToken token = one.getAccessToken();
    AppTicket ticket = one.getTicket(TicketType.JSAPI);

    assertThat(token.toString()).doesNotContain(token.value()).contains("expiresAt");
    assertThat(ticket.toString()).doesNotContain(ticket.value()).contains("expiresAt");
    assertThat(AppCredentials.of("CANARY").toString()).doesNotContain("CANARY");
  }
}
