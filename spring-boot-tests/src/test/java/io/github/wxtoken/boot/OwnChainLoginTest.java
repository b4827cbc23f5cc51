package io.github.wxtoken.boot;

import static io.github.wxtoken.boot.security.WeChatLoginConfigurer.wechatLogin;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.Scope;
import io.github.wxtoken.boot.security.WeChatAuthorities;
import io.github.wxtoken.simulator.Consent;
import io.github.wxtoken.simulator.Switch;
import io.github.wxtoken.simulator.WeChatSimulator;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.http.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.DisabledException;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.RememberMeServices;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Applications that define a chain of their own, so that the default one backs off. */
class OwnChainLoginTest {
  private static final String HTML = "text/html";

  private List<ConfigurableApplicationContext> started = List.of();

  @AfterEach
  void close() {
    started.forEach(ConfigurableApplicationContext::close);
  }

  private ConfigurableApplicationContext start(Class<?> configuration, String... properties) {
    ConfigurableApplicationContext context =
        LoginApplication.start(List.of(configuration), properties);
    started = List.of(context);
    context
        .getBean(WeChatSimulator.class)
        .behaviour()
        .consent(Consent.AUTO)
        .set(Switch.DENIAL_REDIRECTS, true);
    return context;
  }

  private static Visitor visitor(ConfigurableApplicationContext context, String name) {
    return new Visitor(TestApplication.port(context), name).with("Accept", HTML);
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  @Configuration(proxyBeanMethods = false)
  static class Options {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
      return http.csrf(csrf -> csrf.disable())
          .authorizeHttpRequests(
              requests ->
                  requests
                      .requestMatchers("/welcome")
                      .permitAll()
                      .requestMatchers("/session")
                      .hasAuthority("ADMIN")
                      .anyRequest()
                      .authenticated())
          .rememberMe(me -> me.rememberMeServices(new Remembering()))
          .with(
              wechatLogin(),
              login ->
                  login
                      .basePath("/sign-in")
                      .loginPage("/welcome")
                      .scope(Scope.SNSAPI_USERINFO)
                      .defaultSuccessUrl("/home"))
          .build();
    }

    @Bean
    WeChatAuthorities authorities(WeChatSimulator weChat) {
      return user -> {
        if (user.openid().equals(weChat.openid(WeChatSimulator.APPID, "mallory"))) {
          throw new DisabledException("mallory is locked out");
        }
        return AuthorityUtils.createAuthorityList("CUSTOMER");
      };
    }

    @RestController
    static class Welcome {
      @GetMapping("/welcome")
      String welcome(@RequestParam(defaultValue = "none") String error) {
        return "welcome, error " + error;
      }
    }
  }

  private static final class Remembering implements RememberMeServices {
    @Override
    public @Nullable Authentication autoLogin(
        HttpServletRequest request, HttpServletResponse response) {
      return null;
    }

    @Override
    public void loginFail(HttpServletRequest request, HttpServletResponse response) {}

    @Override
    public void loginSuccess(
        HttpServletRequest request, HttpServletResponse response, Authentication successful) {
      response.addHeader("X-Remembered", successful.getName());
    }
  }

  @Test
  void theOptionsOfTheLoginAreUsed() {
    ConfigurableApplicationContext context = start(Options.class);
    Visitor amy = visitor(context, "amy");

    assertThat(amy.get("/orders/7").body()).as("the login page").isEqualTo("welcome, error none");
    HttpResponse<String> toWeChat = amy.open("/sign-in/main");
    assertThat(location(toWeChat))
        .contains("scope=snsapi_userinfo", "%2Fsign-in%2Fmain%2Fcallback");

    HttpResponse<String> signedIn =
        amy.request(Visitor.target(amy.request(Visitor.target(toWeChat))));

    assertThat(signedIn.headers().firstValue("X-Remembered")).isPresent();
    assertThat(amy.get(Visitor.target(signedIn)).body())
        .as("the saved request")
        .startsWith("order 7");
    assertThat(amy.get("/profile").body()).startsWith("nickname ");
    assertThat(amy.get("/whoami").body()).contains("CUSTOMER").doesNotContain("WECHAT_USER");
    assertThat(amy.get("/session").statusCode()).isEqualTo(403);
    assertThat(visitor(context, "ben").get("/sign-in/main").uri().getPath()).isEqualTo("/home");
  }

  @Test
  void aFormThatWasSentBeforeTheSignInIsSentAfterIt() {
    Visitor cat = visitor(start(Options.class), "cat");
    cat.post("/orders", "item=tea");

    assertThat(cat.get("/sign-in/main").body()).isEqualTo("ordered tea");
  }

  @Test
  void aFailureLeadsToTheLoginPageWithItsKindAlone() {
    ConfigurableApplicationContext context = start(Options.class);

    assertThat(visitor(context, "mallory").get("/sign-in/main").body())
        .isEqualTo("welcome, error refused");
    context.getBean(WeChatSimulator.class).behaviour().consent(Consent.DENY);
    assertThat(visitor(context, "dan").get("/sign-in/main").body())
        .isEqualTo("welcome, error denied");
    context.getBean(WeChatSimulator.class).behaviour().consent(Consent.SNAPSHOT);
    assertThat(visitor(context, "dan").get("/sign-in/main").body())
        .isEqualTo("welcome, error snapshot");
  }

  @Configuration(proxyBeanMethods = false)
  static class BesideBasic {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
          .httpBasic(Customizer.withDefaults())
          .with(wechatLogin(), Customizer.withDefaults())
          .build();
    }
  }

  @Test
  void aLoginBesideBasicIsForBrowsersAlone() {
    ConfigurableApplicationContext context =
        start(BesideBasic.class, "spring.security.user.name=u", "spring.security.user.password=p");

    assertThat(location(visitor(context, "eve").open("/"))).contains("/connect/oauth2/authorize");
    HttpResponse<String> script =
        visitor(context, "eve").with("Accept", "application/json").open("/");
    assertThat(script.statusCode()).isEqualTo(401);
    assertThat(script.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic");
    assertThat(visitor(context, "eve").with("Authorization", "Basic dTpw").open("/whoami").body())
        .startsWith("u ");
  }

  @Test
  void twoServiceAccountsAreAChoice() {
    Visitor fay =
        visitor(
            start(
                Empty.class,
                "wxtoken.apps.east.appid=wxeast",
                "wxtoken.apps.east.secret=s1",
                "wxtoken.apps.west.appid=wxwest",
                "wxtoken.apps.west.secret=s2"),
            "fay");

    HttpResponse<String> choice = fay.get("/orders/7");

    assertThat(choice.body())
        .contains(
            "href=\"/login/wechat/east?return=%2Forders%2F7\"",
            "href=\"/login/wechat/west?return=%2Forders%2F7\"");
    assertThat(fay.get("/login/wechat/west?return=%2Forders%2F7").body()).startsWith("order 7");
    assertThat(fay.get("/").body()).endsWith(" in west");
  }

  @Configuration(proxyBeanMethods = false)
  static class Empty {}

  @Test
  void anApplicationOfMiniProgramsAloneHasTheLoginOfSpringBoot() {
    ConfigurableApplicationContext context = start(Empty.class, "wxtoken.mini-program=true");

    assertThat(visitor(context, "gil").get("/").body()).contains("name=\"password\"");
  }

  @Test
  void theDefaultLoginCanBeSwitchedOff() {
    ConfigurableApplicationContext context = start(Empty.class, "wxtoken.login.enabled=false");

    assertThat(visitor(context, "hal").get("/").body()).contains("name=\"password\"");
    assertThat(context.getBeanNamesForType(UserDetailsService.class)).isNotEmpty();
  }
}
