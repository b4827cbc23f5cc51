package io.github.wxtoken.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatApp;
import io.github.wxtoken.WeChatApps;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.WeChatOAuthListener;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The beans that an application gets by its properties and its own beans: docs/spring-boot.md. */
class WeChatAutoConfigurationTest {
  private static final String KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

  private final ApplicationContextRunner empty =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  WeChatSimulatorAutoConfiguration.class,
                  WeChatStoreAutoConfiguration.class,
                  WeChatAutoConfiguration.class,
                  WeChatAppsAutoConfiguration.class));

  private final ApplicationContextRunner app =
      empty.withPropertyValues(
          "wxtoken.appid=wx0123456789abcdef",
          "wxtoken.secret=0123456789abcdef0123456789abcdef",
          "wxtoken.store.url=memory:");

  private final ApplicationContextRunner simulated =
      empty.withPropertyValues(
          // A busy machine answers late.
          "wxtoken.simulator.enabled=true", "wxtoken.http-timeout=60s");

  private static OAuthToken signIn(ApplicationContext context, String user) {
    String code =
        context
            .getBean(WeChatSimulator.class)
            .authorize(WeChatSimulator.APPID, user, "snsapi_userinfo");
    return context.getBean(WeChatOAuth.class).getAccessToken(code);
  }

  @Test
  void appidSecretAndUrlMakeAClient() {
    app.run(
        context -> {
          assertThat(context).hasSingleBean(WeChatOAuth.class).hasSingleBean(TokenStore.class);
          assertThat(
                  context
                      .getBean(WeChatOAuth.class)
                      .getAuthorizeURL("https://example.com/callback"))
              .startsWith("https://open.weixin.qq.com/")
              .contains("appid=wx0123456789abcdef");
        });
  }

  @Test
  void theSimulatorNeedsNoAppidAndNoStore() {
    simulated.run(
        context -> {
          OAuthToken token = signIn(context, "amy");

          assertThat(context.getBean(TokenStore.class).getToken(token.openid())).contains(token);
        });
  }

  @Test
  void theSimulatorKnowsTheAppOfTheProperties() {
    simulated
        .withPropertyValues("wxtoken.appid=wxmine", "wxtoken.secret=mysecret")
        .run(
            context -> {
              WeChatSimulator weChat = context.getBean(WeChatSimulator.class);
              WeChatOAuth oauth = context.getBean(WeChatOAuth.class);

              assertThat(oauth.getAccessToken(weChat.authorize("wxmine", "amy", "snsapi_base")))
                  .extracting(OAuthToken::openid)
                  .isEqualTo(weChat.openid("wxmine", "amy"));
            });
  }

  @Test
  void theClientGoesByTheSimulatorsClock() {
    simulated.run(
        context -> {
          WeChatSimulator weChat = context.getBean(WeChatSimulator.class);
          OAuthToken token = signIn(context, "amy");
          weChat.clock().advance(Duration.ofHours(3));

          OAuthToken refreshed = context.getBean(WeChatOAuth.class).getValidToken(token.openid());

          assertThat(refreshed.accessToken()).isNotEqualTo(token.accessToken());
        });
  }

  @Test
  void aMiniProgramHasSessions() {
    simulated
        .withPropertyValues("wxtoken.mini-program=true")
        .run(
            context -> {
              String code =
                  context
                      .getBean(WeChatSimulator.class)
                      .miniProgramLogin(WeChatSimulator.APPID, "amy");
              assertThat(context.getBean(WeChatOAuth.class).getSessionKey(code).sessionKey())
                  .isNotBlank();
            });
  }

  @Test
  void aStoreOfTheApplicationsIsUsed() {
    MemoryTokenStore own = new MemoryTokenStore();
    simulated
        .withBean(TokenStore.class, () -> own)
        .run(
            context -> {
              OAuthToken token = signIn(context, "amy");
              assertThat(own.getToken(token.openid())).contains(token);
            });
  }

  @Test
  void aClientOfTheApplicationsIsUsedAndNeedsNoStore() {
    WeChatOAuth own = new WeChatOAuth("wxown", "ownsecret");
    empty
        .withPropertyValues("wxtoken.appid=wx1", "wxtoken.secret=s1")
        .withBean(WeChatOAuth.class, () -> own)
        .run(
            context -> {
              assertThat(context.getBean(WeChatOAuth.class)).isSameAs(own);
              assertThat(context).doesNotHaveBean(TokenStore.class);
            });
  }

  @Test
  void allListenersAreNotifiedAlsoIfOneFails() {
    List<String> told = new CopyOnWriteArrayList<>();
    simulated
        .withBean("failing", WeChatOAuthListener.class, () -> new Failing())
        .withBean("first", WeChatOAuthListener.class, () -> new Listing("first", told))
        .withBean("second", WeChatOAuthListener.class, () -> new Listing("second", told))
        .run(
            context -> {
              signIn(context, "amy");
              context.getBean(WeChatOAuth.class).close(); // events may come on its threads
              assertThat(told).containsExactlyInAnyOrder("first 0", "second 0");
            });
  }

  private static final class Failing implements WeChatOAuthListener {
    @Override
    public void weChatCalled(String appid, Endpoint endpoint, int errcode, Duration took) {
      throw new IllegalStateException("a listener that fails");
    }
  }

  private record Listing(String name, List<String> told) implements WeChatOAuthListener {
    @Override
    public void weChatCalled(String appid, Endpoint endpoint, int errcode, Duration took) {
      told.add(name + " " + errcode);
    }
  }

  @Test
  void aCustomizerHasTheLastWord() {
    simulated
        .withUserConfiguration(OtherServer.class)
        .run(
            context ->
                assertThat(context.getBean(WeChatOAuth.class).getAuthorizeURL("http://localhost/c"))
                    .startsWith("https://wechat.example.com/"));
  }

  @Configuration(proxyBeanMethods = false)
  static class OtherServer {
    @Bean
    WeChatOAuthBuilderCustomizer customizer() {
      return builder -> builder.openEndpoint(URI.create("https://wechat.example.com"));
    }
  }

  @Test
  void keysEncryptWhatIsStored() {
    MemoryTokenStore raw = new MemoryTokenStore();
    simulated
        .withPropertyValues(
            "wxtoken.encryption.keys[0].id=2026-11", "wxtoken.encryption.keys[0].key=" + KEY)
        .withBean(
            StoreBackend.class, () -> () -> List.of(new StoreCandidate("raw", "m", () -> raw)))
        .run(
            context -> {
              OAuthToken token = signIn(context, "amy");

              assertThat(raw.getToken(token.openid()).orElseThrow().accessToken())
                  .startsWith("enc1:2026-11:");
              assertThat(context.getBean(TokenStore.class).getToken(token.openid()))
                  .contains(token);
            });
  }

  @Test
  void aScopedStoreHasTheAppidBeforeTheKey() {
    MemoryTokenStore raw = new MemoryTokenStore();
    simulated
        .withPropertyValues("wxtoken.store.scoped=true")
        .withBean(
            StoreBackend.class, () -> () -> List.of(new StoreCandidate("raw", "m", () -> raw)))
        .run(
            context -> {
              OAuthToken token = signIn(context, "amy");

              assertThat(raw.getToken(WeChatSimulator.APPID + ":" + token.openid())).isPresent();
            });
  }

  @Test
  void nothingIsConfiguredIfItIsSwitchedOff() {
    empty
        .withPropertyValues("wxtoken.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(WeChatOAuth.class)
                    .doesNotHaveBean(TokenStore.class));
  }

  @Test
  void theClientIsClosedWithTheContext() {
    List<WeChatOAuth> clients = new ArrayList<>();
    app.run(context -> clients.add(context.getBean(WeChatOAuth.class)));

    assertThatThrownBy(() -> clients.get(0).pingStore()).hasMessage("this client is closed");
  }

  /** Spring's tests pause the contexts that they keep, and start them again. */
  @Test
  void aContextThatIsStoppedAndStartedAgainKeepsItsClient() {
    simulated.run(
        context -> {
          context.getSourceApplicationContext().stop();
          context.getSourceApplicationContext().start();

          assertThat(signIn(context, "amy").openid()).isNotBlank();
        });
  }

  @Test
  void toStringOfThePropertiesShowsNoSecret() {
    app.withPropertyValues(
            "wxtoken.encryption.keys[0].id=2026-11", "wxtoken.encryption.keys[0].key=" + KEY)
        .run(
            context -> {
              WeChatProperties properties = context.getBean(WeChatProperties.class);
              assertThat(
                      properties
                          + " "
                          + properties.store()
                          + properties.encryption()
                          + context.getBean(AppSettings.class))
                  .contains("wx0123456789abcdef", "2026-11")
                  .doesNotContain("0123456789abcdef0123456789abcdef", KEY, "memory:");
            });
  }

  @Test
  void withoutTheSimulatorModuleTheApplicationStarts() {
    app.withClassLoader(new FilteredClassLoader(WeChatSimulator.class))
        .run(context -> assertThat(context).hasNotFailed().hasSingleBean(WeChatOAuth.class));
  }

  @Test
  void anErrorOfWeChatIsRemembered() {
    simulated.run(
        context -> {
          context.getBean(WeChatSimulator.class).faults().addEverywhere(Fault.errcode(45011));
          assertThatThrownBy(() -> signIn(context, "amy")).hasMessageContaining("45011");
          context.getBean(WeChatOAuth.class).close(); // events may come on its threads

          assertThat(context.getBean(WeChatAnswers.class).lastFailure())
              .extracting("errcode")
              .isEqualTo(45011);
        });
  }

  @Test
  void theAppsOwnCredentialsAreABean() {
    simulated.run(
        context ->
            assertThat(context.getBean(WeChatApp.class))
                .isSameAs(context.getBean(WeChatOAuth.class).app())
                .extracting(app -> app.getAccessToken().value())
                .isNotNull());
  }

  private ApplicationContextRunner twoApps() {
    return simulated.withPropertyValues(
        "wxtoken.apps.shop.appid=wxshop",
        "wxtoken.apps.shop.secret=shopsecret",
        "wxtoken.apps.mini.appid=wxmini",
        "wxtoken.apps.mini.secret=minisecret",
        "wxtoken.apps.mini.mini-program=true");
  }

  @Test
  void eachAppIsInjectedByItsName() {
    twoApps()
        .withBean(ShopAndMini.class)
        .run(
            context -> {
              ShopAndMini injected = context.getBean(ShopAndMini.class);
              WeChatApps apps = context.getBean(WeChatApps.class);
              WeChatSimulator weChat = context.getBean(WeChatSimulator.class);

              assertThat(injected.shop()).isSameAs(apps.get("wxshop"));
              assertThat(injected.shopApp()).isSameAs(apps.app("wxshop"));
              assertThat(
                      injected
                          .shop()
                          .getAccessToken(weChat.authorize("wxshop", "amy", "snsapi_base")))
                  .isNotNull();
              assertThat(injected.mini().getSessionKey(weChat.miniProgramLogin("wxmini", "amy")))
                  .isNotNull();
            });
  }

  record ShopAndMini(
      @Qualifier("shop") WeChatOAuth shop,
      @Qualifier("shop") WeChatApp shopApp,
      @Qualifier("mini") WeChatOAuth mini) {}

  @Test
  void appsByNameNeedNoMainApp() {
    twoApps().run(context -> assertThat(context).doesNotHaveBean("weChatOAuth"));
  }

  @Test
  void aMainAppBesideAppsByNameIsInjectedWithoutAName() {
    twoApps()
        .withPropertyValues("wxtoken.appid=wxmain", "wxtoken.secret=mainsecret")
        .withBean(Main.class)
        .run(
            context ->
                assertThat(context.getBean(Main.class).oauth())
                    .isSameAs(context.getBean("weChatOAuth")));
  }

  record Main(WeChatOAuth oauth) {}
}
