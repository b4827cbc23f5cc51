package io.github.wxtoken.boot.test;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.WeChatSimulator;
import org.springframework.context.ApplicationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.web.servlet.request.RequestPostProcessor;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.support.WebApplicationContextUtils;

/** Users of WeChat for requests by {@code MockMvc}. */
public final class WeChatMockMvc {
  private WeChatMockMvc() {}

  /**
   * Makes a request one of a user who has signed in with WeChat. The user has consented to the
   * profile at the simulator, and the application's store has the user's token. The request's
   * principal and remote user are the openid.
   *
   * <p>With Spring Security on the class path, the request is authenticated as the login of the
   * starter does it: the principal is a {@code WeChatUser} with the authorities that the
   * application's {@code WeChatAuthorities} grants. It needs no other post-processor.
   *
   * <p>An application that keeps the openid in its session names the attribute: {@code
   * wechatUser("amy", "openid")}.
   *
   * @param name any name; the same name is the same openid in every test
   * @return a post-processor for {@code MockMvc}
   */
  public static RequestPostProcessor wechatUser(String name) {
    return request -> {
      ApplicationContext context = context(request);
      WeChatOAuth oauth = context.getBean(WeChatOAuth.class);
      return authenticate(request, "main", oauth, signIn(context, oauth, name));
    };
  }

  /**
   * Does what {@link #wechatUser(String)} does, for one of several apps.
   *
   * @param app the name of the app in {@code wxtoken.apps}
   * @param name any name
   * @return a post-processor for {@code MockMvc}
   */
  public static RequestPostProcessor wechatUserOf(String app, String name) {
    return request -> {
      ApplicationContext context = context(request);
      WeChatOAuth oauth =
          context.getBean(app + WeChatOAuth.class.getSimpleName(), WeChatOAuth.class);
      return authenticate(request, app, oauth, signIn(context, oauth, name));
    };
  }

  /**
   * Does what {@link #wechatUser(String)} does, and puts the openid into the session.
   *
   * @param name any name
   * @param sessionAttribute the attribute in which the application keeps the openid
   * @return a post-processor for {@code MockMvc}
   */
  public static RequestPostProcessor wechatUser(String name, String sessionAttribute) {
    return request -> {
      wechatUser(name).postProcessRequest(request);
      request.getSession(true).setAttribute(sessionAttribute, request.getRemoteUser());
      return request;
    };
  }

  private static ApplicationContext context(MockHttpServletRequest request) {
    return WebApplicationContextUtils.getRequiredWebApplicationContext(request.getServletContext());
  }

  private static OAuthToken signIn(ApplicationContext context, WeChatOAuth oauth, String name) {
    WeChatSimulator weChat = context.getBean(WeChatSimulator.class);
    String appid = oauth.app().appid();
    String scope = weChat.app(appid).kind() == AppKind.WEBSITE ? "snsapi_login" : "snsapi_userinfo";
    return oauth.getAccessToken(weChat.authorize(appid, name, scope));
  }

  private static MockHttpServletRequest authenticate(
      MockHttpServletRequest request, String app, WeChatOAuth oauth, OAuthToken token) {
    request.setRemoteUser(token.openid());
    request.setUserPrincipal(token::openid);
    if (ClassUtils.isPresent(
        "org.springframework.security.web.context.SecurityContextRepository",
        WeChatMockMvc.class.getClassLoader())) {
      MockAuthentication.of(context(request), app, oauth, token).applyTo(request);
    }
    return request;
  }
}
