package io.github.wxtoken.boot.security;

import io.github.wxtoken.Scope;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.ExceptionHandlingConfigurer;
import org.springframework.security.config.annotation.web.configurers.LogoutConfigurer;
import org.springframework.security.web.access.ExceptionTranslationFilter;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.security.web.authentication.RememberMeServices;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.authentication.session.SessionAuthenticationStrategy;
import org.springframework.security.web.authentication.ui.DefaultLoginPageGeneratingFilter;
import org.springframework.security.web.context.DelegatingSecurityContextRepository;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.AndRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Adds a login with WeChat to a filter chain of Spring Security:
 *
 * <pre>{@code
 * http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
 *     .with(wechatLogin(), Customizer.withDefaults());
 * }</pre>
 *
 * <p>A visitor who has to sign in is sent to WeChat at once: in WeChat's browser to the web
 * authorization, elsewhere to the page with the QR code if there is a website app. A script gets
 * status 401. A link to {@code /login/wechat} signs in, too; with the parameter {@code consent} it
 * asks for the profile, and with {@code return} it leads to a path of this site. {@code
 * /login/wechat/shop} is for the app {@code shop} of {@code wxtoken.apps}. The login needs a
 * session. docs/spring-boot.md has more.
 */
public final class WeChatLoginConfigurer
    extends AbstractHttpConfigurer<WeChatLoginConfigurer, HttpSecurity> {
  private static final String BASE_PATH = "/login/wechat";

  /** Logins with a page of their own. By name, since they need modules of Spring Security. */
  static final List<String> OTHER_LOGINS =
      Stream.of(
              "FormLoginConfigurer",
              "oauth2.client.OAuth2LoginConfigurer",
              "saml2.Saml2LoginConfigurer")
          .map(name -> AbstractHttpConfigurer.class.getPackageName() + "." + name)
          .toList();

  private final VisitorCookie visitors = new VisitorCookie();
  private @Nullable String basePath;
  private String servletPath = "";
  private Scope scope = Scope.SNSAPI_BASE;
  private @Nullable String defaultSuccessUrl;
  private boolean alwaysUse;
  private @Nullable String baseUrl;
  private @Nullable String loginPage;
  private @Nullable WeChatLoginApps apps;
  private @Nullable WeChatAuthorities authorities;
  private @Nullable AuthenticationSuccessHandler successHandler;
  private @Nullable AuthenticationFailureHandler failureHandler;
  private @Nullable SecurityContextRepository repository;
  private @Nullable LoginPaths paths;
  private @Nullable WeChatRedirect redirect;

  private WeChatLoginConfigurer() {}

  /**
   * Makes a login with the defaults, for {@link HttpSecurity#with}.
   *
   * @return the configurer
   */
  public static WeChatLoginConfigurer wechatLogin() {
    return new WeChatLoginConfigurer();
  }

  /**
   * Sets what a service account's user is asked for when signing in.
   *
   * @param value {@link Scope#SNSAPI_BASE} by default, which asks nothing and gives the openid. A
   *     website app always has {@link Scope#SNSAPI_LOGIN}
   * @return this
   */
  public WeChatLoginConfigurer scope(Scope value) {
    scope = value;
    return this;
  }

  /**
   * Sets the apps. By default they are the bean of this type, which the starter makes of the
   * properties.
   *
   * @param value the apps
   * @return this
   */
  public WeChatLoginConfigurer apps(WeChatLoginApps value) {
    apps = value;
    return this;
  }

  /**
   * Sets what users may do. By default it is the bean of this type, or {@link
   * WeChatAuthorities#DEFAULT}.
   *
   * @param value grants authorities
   * @return this
   */
  public WeChatLoginConfigurer authorities(WeChatAuthorities value) {
    authorities = value;
    return this;
  }

  /**
   * Sets the path under which sign-ins begin and WeChat calls back. It is the path after the
   * context path; a path of yours begins with {@code spring.mvc.servlet.path} if there is one.
   *
   * @param path begins with a slash and does not end with one. By default {@code /login/wechat},
   *     below {@code spring.mvc.servlet.path}
   * @return this
   * @throws IllegalArgumentException if it is not so
   */
  public WeChatLoginConfigurer basePath(String path) {
    if (!path.startsWith("/") || path.endsWith("/")) {
      throw new IllegalArgumentException(
          "basePath must begin with a slash and not end with one. Pass a path such as"
              + " /login/wechat");
    }
    basePath = path;
    return this;
  }

  /**
   * Sets the host of WeChat's callback, and nothing else. By default it is that of each request.
   * Behind a proxy set {@code server.forward-headers-strategy=framework} all the same; the proxy
   * must overwrite {@code X-Forwarded-*}.
   *
   * @param url a scheme and a host, such as {@code https://www.example.com}, without a path
   * @return this
   * @throws IllegalArgumentException if it is not so
   */
  public WeChatLoginConfigurer baseUrl(String url) {
    if (!url.matches("https?://[^/?#]+")) {
      throw new IllegalArgumentException(
          "baseUrl must be a scheme and a host without a path. Pass a URL such as"
              + " https://www.example.com");
    }
    baseUrl = url;
    return this;
  }

  /**
   * Sets a page of the application that a visitor who has to sign in is sent to, in place of
   * WeChat. It has a link to {@code /login/wechat}, and all visitors must be permitted to see it. A
   * failure leads there, too: see {@link #failureUrl}.
   *
   * @param path a path inside the application, such as {@code /welcome}
   * @return this
   */
  public WeChatLoginConfigurer loginPage(String path) {
    loginPage = path;
    return this;
  }

  /**
   * Sets the page after a sign-in that has no other page to return to.
   *
   * @param path a path inside the application. By default {@code /}, below {@code
   *     spring.mvc.servlet.path}
   * @return this
   */
  public WeChatLoginConfigurer defaultSuccessUrl(String path) {
    return defaultSuccessUrl(path, false);
  }

  /**
   * Sets the page after a sign-in.
   *
   * @param path a path inside the application
   * @param always true if it is also for a sign-in that has another page to return to
   * @return this
   */
  public WeChatLoginConfigurer defaultSuccessUrl(String path, boolean always) {
    defaultSuccessUrl = path;
    alwaysUse = always;
    return this;
  }

  /**
   * Sets what answers a sign-in, in place of a redirect to the page that was asked for.
   *
   * @param handler the handler
   * @return this
   */
  public WeChatLoginConfigurer successHandler(AuthenticationSuccessHandler handler) {
    successHandler = handler;
    return this;
  }

  /**
   * Sets a page of the application for failures, in place of a plain page. It gets the parameter
   * {@code error} with {@code denied}, {@code snapshot}, {@code failed} or {@code refused}. All
   * visitors must be permitted to see it.
   *
   * @param path a path inside the application
   * @return this
   */
  public WeChatLoginConfigurer failureUrl(String path) {
    return failureHandler(new RedirectFailureHandler(path));
  }

  /**
   * Sets what answers a callback that signs nobody in. It gets a {@link
   * WeChatAuthenticationException}, or what the {@link WeChatAuthorities} threw.
   *
   * @param handler the handler
   * @return this
   */
  public WeChatLoginConfigurer failureHandler(AuthenticationFailureHandler handler) {
    failureHandler = handler;
    return this;
  }

  /**
   * Sets where the authentication is kept. By default that is where the chain keeps it: in the
   * session.
   *
   * @param value the repository
   * @return this
   */
  public WeChatLoginConfigurer securityContextRepository(SecurityContextRepository value) {
    repository = value;
    return this;
  }

  /** For Spring Security: adds the entry point, the provider and what a sign-out needs. */
  @Override
  public void init(HttpSecurity http) {
    ApplicationContext context = http.getSharedObject(ApplicationContext.class);
    WeChatLoginApps found = apps == null ? requireApps(context) : apps;
    WeChatAuthorities granted =
        authorities == null
            ? context
                .getBeanProvider(WeChatAuthorities.class)
                .getIfUnique(() -> user -> WeChatAuthorities.DEFAULT)
            : authorities;
    apps = found;
    servletPath = servletPath(context);
    if (defaultSuccessUrl == null) {
      defaultSuccessUrl = servletPath + "/";
    }
    paths = new LoginPaths(found, basePath == null ? servletPath + BASE_PATH : basePath, baseUrl);
    redirect = new WeChatRedirect(found, paths, visitors, scope);
    http.authenticationProvider(postProcess(new WeChatAuthenticationProvider(granted)));
    addEntryPoint(http, postProcess(new WeChatEntryPoint(redirect, paths, loginPage)));
    addLogoutHandler(http);
    RequestCache requests = http.getSharedObject(RequestCache.class);
    http.setSharedObject(
        RequestCache.class,
        new PagesRequestCache(requests == null ? new HttpSessionRequestCache() : requests));
  }

  /**
   * Returns the path below which the server hands requests to Spring MVC, and thus to the filters;
   * empty without one. By the property, since the bean of Spring Boot has another class in 4.
   */
  private static String servletPath(ApplicationContext context) {
    String path = context.getEnvironment().getProperty("spring.mvc.servlet.path", "");
    return StringUtils.trimTrailingCharacter(path, '/');
  }

  private static WeChatLoginApps requireApps(ApplicationContext context) {
    WeChatLoginApps found = context.getBeanProvider(WeChatLoginApps.class).getIfUnique();
    if (found == null) {
      throw new IllegalStateException(
          "wechatLogin() has no app: there is not one bean of type WeChatLoginApps. Set"
              + " wxtoken.appid or wxtoken.apps of an app that is not a mini program, or call"
              + " apps(…)");
    }
    return found;
  }

  @SuppressWarnings("unchecked")
  private static void addEntryPoint(HttpSecurity http, WeChatEntryPoint entryPoint) {
    ExceptionHandlingConfigurer<HttpSecurity> handling =
        http.getConfigurer(ExceptionHandlingConfigurer.class);
    if (handling != null) {
      handling.defaultAuthenticationEntryPointFor(entryPoint, Browsers::opensPage);
    }
  }

  @SuppressWarnings("unchecked")
  private void addLogoutHandler(HttpSecurity http) {
    LogoutConfigurer<HttpSecurity> logout = http.getConfigurer(LogoutConfigurer.class);
    if (logout != null) {
      logout.addLogoutHandler(
          (request, response, who) -> {
            visitors.delete(request, response);
            SignedInCookie.delete(request, response);
          });
    }
  }

  /** For Spring Security: adds the filters. */
  @Override
  public void configure(HttpSecurity http) {
    LoginPaths used = Objects.requireNonNull(paths);
    WeChatRedirect sender = Objects.requireNonNull(redirect);
    RequestCache requests = http.getSharedObject(RequestCache.class);

    http.addFilterBefore(
        postProcess(
            new LoginStartFilter(
                sender, used, getSecurityContextHolderStrategy(), signedOut(http))),
        UsernamePasswordAuthenticationFilter.class);
    http.addFilterBefore(
        postProcess(loginFilter(http, used, sender, requests)),
        UsernamePasswordAuthenticationFilter.class);
    http.addFilterAfter(
        postProcess(
            new ReauthorizationFilter(
                Objects.requireNonNull(apps), used, requests, getSecurityContextHolderStrategy())),
        ExceptionTranslationFilter.class);
  }

  private WeChatLoginFilter loginFilter(
      HttpSecurity http, LoginPaths used, WeChatRedirect sender, RequestCache requests) {
    WeChatLoginFilter filter =
        new WeChatLoginFilter(used, visitors, sender, getSecurityContextHolderStrategy());
    filter.setAuthenticationManager(http.getSharedObject(AuthenticationManager.class));
    filter.setSecurityContextRepository(repository(http));
    filter.setAuthenticationSuccessHandler(
        successHandler == null ? returnHandler(requests) : successHandler);
    filter.setAuthenticationFailureHandler(failureHandler(used));
    SessionAuthenticationStrategy sessions =
        http.getSharedObject(SessionAuthenticationStrategy.class);
    if (sessions != null) {
      filter.setSessionAuthenticationStrategy(sessions);
    }
    RememberMeServices rememberMe = http.getSharedObject(RememberMeServices.class);
    if (rememberMe != null) {
      filter.setRememberMeServices(rememberMe);
    }
    return filter;
  }

  private AuthenticationFailureHandler failureHandler(LoginPaths used) {
    if (failureHandler != null) {
      return failureHandler;
    }
    return loginPage == null ? new PageFailureHandler(used) : new RedirectFailureHandler(loginPage);
  }

  private ReturnPathSuccessHandler returnHandler(RequestCache requests) {
    ReturnPathSuccessHandler handler = new ReturnPathSuccessHandler(requests);
    handler.setDefaultTargetUrl(Objects.requireNonNull(defaultSuccessUrl));
    handler.setAlwaysUseDefaultTargetUrl(alwaysUse);
    return handler;
  }

  private SecurityContextRepository repository(HttpSecurity http) {
    if (repository != null) {
      return repository;
    }
    SecurityContextRepository shared = http.getSharedObject(SecurityContextRepository.class);
    return shared == null
        ? new DelegatingSecurityContextRepository(
            new HttpSessionSecurityContextRepository(),
            new RequestAttributeSecurityContextRepository())
        : shared;
  }

  /**
   * Matches the page that Spring Security redirects to after a sign-out, if nothing else answers
   * it. A protected page there would send the visitor to WeChat, which signs in again at once.
   */
  private @Nullable RequestMatcher signedOut(HttpSecurity http) {
    DefaultLoginPageGeneratingFilter generated =
        http.getSharedObject(DefaultLoginPageGeneratingFilter.class);
    if (loginPage != null
        || (generated != null && generated.isEnabled())
        || OTHER_LOGINS.stream().anyMatch(login -> has(http, login))) {
      return null;
    }
    return new AndRequestMatcher(
        PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.GET, servletPath + "/login"),
        request -> request.getParameter("logout") != null);
  }

  @SuppressWarnings("unchecked")
  private static boolean has(HttpSecurity http, String configurer) {
    ClassLoader loader = WeChatLoginConfigurer.class.getClassLoader();
    return ClassUtils.isPresent(configurer, loader)
        && http.getConfigurer(
                (Class<AbstractHttpConfigurer<?, HttpSecurity>>)
                    ClassUtils.resolveClassName(configurer, loader))
            != null;
  }
}
