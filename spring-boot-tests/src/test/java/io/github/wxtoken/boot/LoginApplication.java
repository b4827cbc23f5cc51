package io.github.wxtoken.boot;

import io.github.wxtoken.boot.security.WeChatProfiles;
import io.github.wxtoken.boot.security.WeChatUser;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** An application with Spring Security and the default login, which needs login.properties. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class LoginApplication {

  /** Starts it on a free port with a simulator. */
  static ConfigurableApplicationContext start(List<Class<?>> configuration, String... properties) {
    List<Class<?>> sources = new ArrayList<>(configuration);
    sources.add(LoginApplication.class);
    SpringApplication application = new SpringApplication(sources.toArray(Class<?>[]::new));
    application.setDefaultProperties(
        Map.of(
            "spring.config.name", "login",
            "server.port", "0",
            "wxtoken.simulator.enabled", "true",
            "wxtoken.http-timeout", "60s")); // a busy machine is no outage
    return application.run(
        Stream.of(properties).map(property -> "--" + property).toArray(String[]::new));
  }

  /** Pages for users who are signed in. A nested component is found without a scan. */
  @RestController
  static class Pages {
    private final ObjectProvider<WeChatProfiles> profiles; // none without a web login

    Pages(ObjectProvider<WeChatProfiles> profiles) {
      this.profiles = profiles;
    }

    @GetMapping({"/", "/home"})
    String home(@AuthenticationPrincipal WeChatUser user) {
      return "home of " + user.getName() + " in " + user.app();
    }

    @GetMapping("/orders/{number}")
    String order(@PathVariable String number, HttpServletRequest request) {
      return "order " + number + " " + request.getQueryString();
    }

    @PostMapping("/orders")
    String order(HttpServletRequest request) {
      return "ordered " + request.getParameter("item");
    }

    @GetMapping("/profile")
    String profile(@AuthenticationPrincipal WeChatUser user) {
      return "nickname " + profiles.getObject().of(user).nickname();
    }

    @GetMapping("/whoami")
    String whoami(Authentication authentication) {
      return authentication.getName() + " " + authentication;
    }

    @GetMapping("/session")
    String session(HttpServletRequest request) {
      return request.getSession().getId();
    }

    @GetMapping("/csrf")
    String csrf(CsrfToken token) {
      return token.getToken();
    }
  }
}
