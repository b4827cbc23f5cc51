package com.example;

import io.github.wxtoken.boot.security.WeChatProfiles;
import io.github.wxtoken.boot.security.WeChatUser;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The application of {@link ProfileTest}. It enables security itself, since application.properties
 * of these tests excludes Spring Boot's configuration of it.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableWebSecurity
class DemoApplication {

  @RestController
  static class Profile {
    private final WeChatProfiles profiles;

    Profile(WeChatProfiles profiles) {
      this.profiles = profiles;
    }

    @GetMapping("/profile")
    String profile(@AuthenticationPrincipal WeChatUser user) {
      return "Hello " + profiles.of(user).nickname();
    }
  }
}
