package io.github.wxtoken.boot;

import io.github.wxtoken.CallbackResult;
import io.github.wxtoken.CallbackResult.FailedForNow;
import io.github.wxtoken.CallbackResult.Repeated;
import io.github.wxtoken.CallbackResult.SignedIn;
import io.github.wxtoken.CallbackResult.StartAgain;
import io.github.wxtoken.Scope;
import io.github.wxtoken.WeChatOAuth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.Objects;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.SessionAttribute;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** The controller of docs/spring-boot.md. */
@RestController
class LoginController {
  private final WeChatOAuth oauth;

  LoginController(WeChatOAuth oauth) {
    this.oauth = oauth;
  }

  @GetMapping("/login")
  void login(HttpSession session, HttpServletResponse response) throws IOException {
    toWeChat(response, oauth.newState(visitor(session), "/me"));
  }

  @GetMapping("/callback")
  void callback(HttpServletRequest request, HttpServletResponse response) throws IOException {
    HttpSession session = request.getSession();
    CallbackResult result =
        oauth.handleCallback(
            request.getParameter("code"), request.getParameter("state"), visitor(session));
    if (result instanceof SignedIn user) {
      request.changeSessionId();
      session.setAttribute("openid", user.token().openid());
    }
    if (result instanceof SignedIn
        || (result instanceof Repeated && session.getAttribute("openid") != null)) {
      response.sendRedirect(Objects.requireNonNullElse(result.returnPath(), "/me"));
    } else if (result instanceof StartAgain
        || (result instanceof Repeated again && again.mayStartAgain())) {
      toWeChat(response, oauth.newState(visitor(session), result));
    } else {
      response.sendError(result instanceof FailedForNow ? 503 : 403);
    }
  }

  @GetMapping("/me")
  String me(@SessionAttribute String openid) {
    return "Hello " + oauth.getUser(openid).nickname();
  }

  private void toWeChat(HttpServletResponse response, String state) throws IOException {
    String callback =
        ServletUriComponentsBuilder.fromCurrentContextPath().path("/callback").toUriString();
    response.sendRedirect(oauth.getAuthorizeURL(callback, state, Scope.SNSAPI_USERINFO));
  }

  private static String visitor(HttpSession session) {
    if (session.getAttribute("visitor") == null) {
      session.setAttribute("visitor", UUID.randomUUID().toString());
    }
    return (String) session.getAttribute("visitor");
  }
}
