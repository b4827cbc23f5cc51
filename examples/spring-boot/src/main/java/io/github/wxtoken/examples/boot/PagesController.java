package io.github.wxtoken.examples.boot;

import io.github.wxtoken.ReauthorizationRequiredException;
import io.github.wxtoken.UserInfo;
import io.github.wxtoken.WeChatApp;
import io.github.wxtoken.WeChatOAuthException;
import io.github.wxtoken.boot.security.WeChatAuthenticationException;
import io.github.wxtoken.boot.security.WeChatProfiles;
import io.github.wxtoken.boot.security.WeChatUser;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.web.WebAttributes;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.servlet.ModelAndView;

/** The pages. */
@Controller
class PagesController {
  private static final Logger log = LoggerFactory.getLogger(PagesController.class);

  /** The colours of the style sheet for a user without a picture. */
  private static final int TINTS = 6;

  private final WeChatProfiles profiles;
  private final WeChatApp app;
  private final boolean demo;

  PagesController(WeChatProfiles profiles, WeChatApp app, Environment environment) {
    this.profiles = profiles;
    this.app = app;
    this.demo = environment.acceptsProfiles(Profiles.of("demo"));
  }

  /** For the menu of each page. */
  @ModelAttribute("user")
  @Nullable String user(@Nullable Principal user) {
    return user == null ? null : user.getName();
  }

  @GetMapping("/")
  String home() {
    return "home";
  }

  /** Shows the profile. The client refreshes the user's token if it has expired. */
  @GetMapping("/me")
  String profile(@AuthenticationPrincipal WeChatUser user, Model model) {
    UserInfo profile = profiles.of(user);
    model.addAttribute("profile", profile);
    model.addAttribute("initial", initial(profile.nickname()));
    model.addAttribute("tint", Math.floorMod(profile.openid().hashCode(), TINTS));
    return "profile";
  }

  /** The first character, which may be more than one {@code char}. */
  private static String initial(String nickname) {
    return nickname.isEmpty() ? "?" : Character.toString(nickname.codePointAt(0));
  }

  /** Signs the address of this page as the browser shows it, which the JS-SDK asks for. */
  @GetMapping("/share")
  String share(HttpServletRequest request, Model model) {
    String query = request.getQueryString();
    String url = request.getRequestURL() + (query == null ? "" : "?" + query);
    model.addAttribute("url", url);
    model.addAttribute("config", app.signJsapi(url));
    return "share";
  }

  @GetMapping("/operators")
  String operators(Model model) {
    model.addAttribute("demo", demo);
    return "operators";
  }

  /**
   * Says why a callback has signed nobody in, and offers to sign in. The address is the callback's.
   */
  @RequestMapping("/not-signed-in")
  String notSignedIn(HttpServletRequest request, HttpServletResponse response, Model model) {
    Object failure = request.getAttribute(WebAttributes.AUTHENTICATION_EXCEPTION);
    String code = failure instanceof WeChatAuthenticationException known ? known.code() : "refused";
    HttpStatus status =
        code.equals("failed") ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.FORBIDDEN;
    response.setStatus(status.value());
    model.addAttribute("reason", code);
    return "not-signed-in";
  }

  /** Offers to go to WeChat: a user who taps sees its question, and no loop can arise. */
  @ExceptionHandler(ReauthorizationRequiredException.class)
  @ResponseStatus(HttpStatus.FORBIDDEN)
  ModelAndView askForConsent(ReauthorizationRequiredException reason) {
    return new ModelAndView("consent", "profile", reason.requiredScope() != null);
  }

  /** WeChat or the store is unreachable. The user stays signed in. */
  @ExceptionHandler(WeChatOAuthException.class)
  @ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
  String failed(WeChatOAuthException failure) {
    log.error("a page failed", failure);
    return "later";
  }
}
