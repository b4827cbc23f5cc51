package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.SimulatorApp;
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

  /** docs/wechat-protocol.md#tickets: the same ticket comes back while it lives. */
  @Test
  void aTicketThatWeChatRepeatsIsAskedForOnceBeforeItsEnd() {
    one.getTicket(TicketType.JSAPI);
    cluster.weChat.clock().advance(LIFE.minusMinutes(4));
    for (int i = 0; i < 20; i++) {
      one.getTicket(TicketType.JSAPI);
      events.await("fetched JSAPI_TICKET AHEAD FETCHED", 1);
      cluster.weChat.clock().advance(Duration.ofSeconds(10));
    }

    assertThat(fetches()).isEqualTo(2);
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
