package io.github.wxtoken.boot;

import io.github.wxtoken.boot.security.WeChatProfiles;
import io.github.wxtoken.boot.security.WeChatUser;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The controller of docs/spring-boot.md for the login by Spring Security. */
@RestController
class HomeController {
  private final WeChatProfiles profiles;

  HomeController(WeChatProfiles profiles) {
    this.profiles = profiles;
  }

  @GetMapping("/")
  String home(@AuthenticationPrincipal WeChatUser user) {
    return "Hello " + user.openid();
  }

  @GetMapping("/profile")
  String profile(@AuthenticationPrincipal WeChatUser user) {
    return "Hello " + profiles.of(user).nickname();
  }
}
