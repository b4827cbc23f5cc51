package io.github.wxtoken.boot.test;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.WeChatSimulator;
import org.springframework.context.ApplicationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.web.servlet.request.RequestPostProcessor;
import org.springframework.web.context.support.WebApplicationContextUtils;

/** Users of WeChat for requests by {@code MockMvc}. */
public final class WeChatMockMvc {
  private WeChatMockMvc() {}

  /**
   * Makes a request one of a user who has signed in with WeChat. The user has consented to the
   * profile at the simulator, and the application's store has the user's token. The request's
   * principal and remote user are the openid.
   *
   * <p>An application that keeps the openid in its session names the attribute: {@code
   * wechatUser("amy", "openid")}.
   *
   * @param name any name; the same name is the same openid in every test
   * @return a post-processor for {@code MockMvc}
   */
  public static RequestPostProcessor wechatUser(String name) {
    return request -> {
      String openid = signIn(context(request), name);
      request.setRemoteUser(openid);
      request.setUserPrincipal(() -> openid);
      return request;
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

  private static String signIn(ApplicationContext context, String name) {
    WeChatSimulator weChat = context.getBean(WeChatSimulator.class);
    OAuthToken token =
        context
            .getBean(WeChatOAuth.class)
            .getAccessToken(weChat.authorize(appid(context), name, "snsapi_userinfo"));
    return token.openid();
  }

  private static String appid(ApplicationContext context) {
    return context.getEnvironment().getProperty("wxtoken.appid", WeChatSimulator.APPID);
  }
}
