package io.github.wxtoken.boot;

import static io.github.wxtoken.boot.security.WeChatLoginConfigurer.wechatLogin;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.boot.security.WeChatProfiles;
import io.github.wxtoken.boot.security.WeChatUser;
import io.github.wxtoken.simulator.Consent;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.TestingAuthenticationProvider;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.oauth2.client.CommonOAuth2Provider;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.session.MapSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.config.annotation.web.http.EnableSpringHttpSession;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The login beside what an application configures for itself: sessions, paths, logins, advice. */
@ExtendWith(OutputCaptureExtension.class)
class LoginBesideOthersTest {
  private List<ConfigurableApplicationContext> started = List.of();

  @AfterEach
  void close() {
    started.forEach(ConfigurableApplicationContext::close);
  }

  private ConfigurableApplicationContext start(Class<?> configuration, String... properties) {
    ConfigurableApplicationContext context =
        LoginApplication.start(List.of(configuration), properties);
    started = List.of(context);
    context.getBean(WeChatSimulator.class).behaviour().consent(Consent.AUTO);
    return context;
  }

  private static Visitor visitor(ConfigurableApplicationContext context, String name) {
    return new Visitor(TestApplication.port(context), name).with("Accept", "text/html");
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  @Configuration(proxyBeanMethods = false)
  static class Empty {}

  @Configuration(proxyBeanMethods = false)
  static class Stateless {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
          .sessionManagement(
              sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
          .with(wechatLogin(), Customizer.withDefaults())
          .build();
    }
  }

  /** Otherwise the browser is redirected between this site and WeChat without an end. */
  @Test
  void aSignInWhoseSessionIsLostEndsWithAPageAndAWarning(CapturedOutput output) {
    Visitor amy = visitor(start(Stateless.class), "amy");

    HttpResponse<String> page = amy.get("/orders/7");

    assertThat(page.statusCode()).isEqualTo(503);
    assertThat(page.body()).contains("href=\"/login/wechat?return=%2Forders%2F7\"");
    assertThat(output)
        .contains("WARN")
        .containsOnlyOnce("has no session")
        .contains("SessionCreationPolicy", "Spring Session", "sticky routing", "cookie");
  }

  @Test
  void theCookieOfASignInLivesForTenSeconds() {
    Visitor ben = visitor(start(Empty.class), "ben");

    HttpResponse<String> callback = ben.request(ben.signInUpToTheCallback("/orders/7"));

    assertThat(callback.headers().allValues("Set-Cookie"))
        .anySatisfy(
            cookie ->
                assertThat(cookie)
                    .startsWith("wxtoken-signed-in=")
                    .contains("Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=10;"));
  }

  /** The server answers other paths without a filter. */
  @Test
  void anApplicationBelowAPathOfSpringMvcHasTheLoginBelowIt() {
    Visitor cat = visitor(start(Empty.class, "spring.mvc.servlet.path=/mvc"), "cat");

    assertThat(cat.get("/mvc/orders/7").body()).startsWith("order 7");
    assertThat(cat.get("/mvc/login/wechat").uri().getPath()).isEqualTo("/mvc/");
  }

  @Configuration(proxyBeanMethods = false)
  static class BelowAPath {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
          .with(wechatLogin(), login -> login.basePath("/mvc/sign-in"))
          .logout(logout -> logout.logoutUrl("/mvc/logout").logoutSuccessUrl("/mvc/login?logout"))
          .build();
    }
  }

  @Test
  void aSignOutBelowAPathOfSpringMvcEndsOnAPageThatSignsNobodyIn() {
    Visitor cat = visitor(start(BelowAPath.class, "spring.mvc.servlet.path=/mvc"), "cat");

    HttpResponse<String> page = cat.get("/mvc/login?logout");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.uri().getPath()).isEqualTo("/mvc/login");
  }

  @Test
  void aBasePathOfTheApplicationsIsTheWholePath() {
    Visitor cat = visitor(start(BelowAPath.class, "spring.mvc.servlet.path=/mvc"), "cat");

    HttpResponse<String> page = cat.get("/mvc/sign-in?return=/mvc/orders/7");

    assertThat(page.uri().getPath()).isEqualTo("/mvc/orders/7");
    assertThat(page.body()).startsWith("order 7");
  }

  @Configuration(proxyBeanMethods = false)
  static class Profiles {
    @RestController
    static class Controllers {
      private final WeChatProfiles profiles;

      Controllers(WeChatProfiles profiles) {
        this.profiles = profiles;
      }

      @GetMapping("/later")
      Callable<String> later(@AuthenticationPrincipal WeChatUser user) {
        return () -> "nickname " + profiles.of(user).nickname();
      }

      @GetMapping("/headers")
      String headers(@AuthenticationPrincipal WeChatUser user, HttpServletResponse response) {
        response.addHeader("Set-Cookie", "basket=tea");
        response.addHeader("Set-Cookie", "theme=dark");
        response.setHeader("Access-Control-Allow-Origin", "https://www.example.com");
        return "nickname " + profiles.of(user).nickname();
      }
    }
  }

  @Test
  void theConsentIsAskedForWhenAnAsynchronousControllerNeedsTheProfile() {
    Visitor dan = visitor(start(Profiles.class), "dan");

    HttpResponse<String> asks = dan.get("/later");

    assertThat(asks.statusCode()).isEqualTo(403);
    assertThat(asks.body()).contains("Agree in WeChat");
    assertThat(dan.get("/login/wechat?consent&return=/later").body()).startsWith("nickname ");
  }

  @Test
  void thePageThatAsksForConsentKeepsTheCookiesOfTheAnswer() {
    HttpResponse<String> asks = visitor(start(Profiles.class), "eve").get("/headers");

    assertThat(asks.body()).contains("Agree in WeChat");
    assertThat(asks.headers().allValues("Set-Cookie")).contains("basket=tea", "theme=dark");
  }

  @Test
  void theAnswerToAScriptThatNeedsTheProfileKeepsTheHeaders() {
    Visitor fay = visitor(start(Profiles.class), "fay");
    fay.get("/");

    HttpResponse<String> answer = fay.with("Sec-Fetch-Mode", "cors").open("/headers");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isPresent();
    assertThat(answer.headers().allValues("Set-Cookie")).contains("basket=tea", "theme=dark");
  }

  @Configuration(proxyBeanMethods = false)
  static class AllProtected {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(
              requests ->
                  requests.requestMatchers("/missing").permitAll().anyRequest().authenticated())
          .with(wechatLogin(), Customizer.withDefaults())
          .build();
    }
  }

  @Test
  void aProtectedErrorPageKeepsTheStatusAndLeadsNobodyToWeChat() {
    HttpResponse<String> missing = visitor(start(AllProtected.class), "gil").open("/missing");

    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(location(missing)).isEmpty();
  }

  @Test
  void aProtectedErrorPageIsNotReturnedToAfterASignIn() {
    Visitor kay = visitor(start(AllProtected.class), "kay");
    kay.open("/missing");

    assertThat(kay.get("/login/wechat").uri().getPath()).isEqualTo("/");
  }

  /** A long address is in the session alone, since a state has no place for it. */
  @Test
  void aProtectedErrorPageDoesNotReplaceThePageThatWasAskedFor() {
    Visitor lou = visitor(start(AllProtected.class), "lou");
    lou.open("/orders/7?filter=" + "x".repeat(100));
    lou.open("/missing");

    assertThat(lou.get("/login/wechat").body()).startsWith("order 7 filter=xxx");
  }

  /** The page that a form, an OAuth 2.0 login and this one share. */
  @RestController
  static class LoginPageOfTheApplication {
    @GetMapping("/login")
    String login() {
      return "login page of the application";
    }
  }

  private static HttpSecurity permittingTheLoginPage(HttpSecurity http) throws Exception {
    return http.authorizeHttpRequests(
        requests ->
            requests
                .dispatcherTypeMatchers(DispatcherType.ERROR)
                .permitAll()
                .requestMatchers("/login")
                .permitAll()
                .anyRequest()
                .authenticated());
  }

  @Configuration(proxyBeanMethods = false)
  @Import(LoginPageOfTheApplication.class)
  static class BesideForm {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
      return permittingTheLoginPage(http)
          .formLogin(form -> form.loginPage("/login"))
          .with(wechatLogin(), Customizer.withDefaults())
          .build();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Import(LoginPageOfTheApplication.class)
  static class BesideOAuth2 {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
      ClientRegistrationRepository github =
          new InMemoryClientRegistrationRepository(
              CommonOAuth2Provider.GITHUB
                  .getBuilder("github")
                  .clientId("id")
                  .clientSecret("secret")
                  .build());
      return permittingTheLoginPage(http)
          .oauth2Login(oauth -> oauth.loginPage("/login").clientRegistrationRepository(github))
          .with(wechatLogin(), Customizer.withDefaults())
          .build();
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {BesideForm.class, BesideOAuth2.class})
  void theLoginPageOfAnotherLoginIsNotReplacedAfterASignOut(Class<?> login) {
    Visitor hal = visitor(start(login), "hal");

    assertThat(hal.open("/login?logout").body()).isEqualTo("login page of the application");
    assertThat(hal.get("/login/wechat?return=/orders/7").body()).startsWith("order 7");
  }

  /** A node of two that share tokens and sessions. */
  @Configuration(proxyBeanMethods = false)
  @EnableSpringHttpSession
  static class Node {
    private static final TokenStore TOKENS = TokenStores.open("memory:");
    private static final Map<String, Session> SESSIONS = new ConcurrentHashMap<>();

    @Bean(destroyMethod = "")
    TokenStore tokens() {
      return TOKENS;
    }

    @Bean
    MapSessionRepository sessions() {
      return new MapSessionRepository(SESSIONS);
    }

    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
          .with(
              wechatLogin(),
              login ->
                  login.successHandler(
                      (request, response, who) ->
                          response.getWriter().print("welcome " + who.getName())))
          .build();
    }
  }

  @Test
  void aRepeatedCallbackIsAnsweredByTheSuccessHandlerAsTheFirstOne() {
    ConfigurableApplicationContext first = start(Node.class);
    WeChatSimulator weChat = first.getBean(WeChatSimulator.class);
    ConfigurableApplicationContext second =
        LoginApplication.start(
            List.of(Node.class),
            "wxtoken.simulator.enabled=false",
            "wxtoken.appid=" + WeChatSimulator.APPID,
            "wxtoken.secret=" + WeChatSimulator.SECRET,
            "wxtoken.api-endpoint=" + weChat.uri(),
            "wxtoken.open-endpoint=" + weChat.uri());
    started = List.of(second, first);
    Visitor ida = visitor(first, "ida");
    URI callback = ida.signInUpToTheCallback("/orders/7");
    String welcome = "welcome " + weChat.openid(WeChatSimulator.APPID, "ida");
    long before = weChat.counters().calls(Endpoint.EXCHANGE);

    String answer = ida.get(callback).body();
    String again = ida.at(TestApplication.port(second)).open(pathOf(callback)).body();

    assertThat(answer).isEqualTo(welcome);
    assertThat(again).isEqualTo(welcome);
    assertThat(weChat.counters().calls(Endpoint.EXCHANGE)).isEqualTo(before + 1);
  }

  private static String pathOf(URI page) {
    return page.getRawPath() + "?" + page.getRawQuery();
  }

  @Configuration(proxyBeanMethods = false)
  static class Own {
    @Bean
    AuthenticationProvider provider() {
      return new TestingAuthenticationProvider();
    }
  }

  /** Spring Security uses a provider of the application only if it is the only one. */
  @Test
  void anApplicationsOwnProviderIsTheOnlyOne() {
    assertThat(start(Own.class).getBeansOfType(AuthenticationProvider.class)).hasSize(1);
  }

  @Test
  void anAdviceThatCatchesEverythingLetsTheReauthorizationPass() {
    Visitor jan = visitor(start(SpringBootPageSamples.Advice.class), "jan");

    assertThat(jan.get("/profile").body()).contains("Agree in WeChat");
  }
}
