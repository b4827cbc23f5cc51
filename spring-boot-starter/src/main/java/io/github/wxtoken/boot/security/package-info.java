/**
 * A login with WeChat for Spring Security 6.5 and 7: {@code http.with(wechatLogin(),
 * withDefaults())}. Only servlet applications; there is no login for WebFlux.
 *
 * <p>For applications:
 *
 * <ul>
 *   <li>{@link io.github.wxtoken.boot.security.WeChatLoginConfigurer} adds the login to a chain;
 *   <li>{@link io.github.wxtoken.boot.security.WeChatUser} is the principal, and {@link
 *       io.github.wxtoken.boot.security.WeChatAuthenticationToken} the authentication;
 *   <li>{@link io.github.wxtoken.boot.security.WeChatProfiles} reads the user's profile;
 *   <li>{@link io.github.wxtoken.boot.security.WeChatAuthorities} grants authorities, or refuses;
 *   <li>{@link io.github.wxtoken.boot.security.WeChatLoginApps} finds the {@link
 *       io.github.wxtoken.boot.security.WeChatLoginApp} of a path;
 *   <li>{@link io.github.wxtoken.boot.security.WeChatAuthenticationException} says why nobody is
 *       signed in: {@link io.github.wxtoken.boot.security.SignInDeniedException}, {@link
 *       io.github.wxtoken.boot.security.SnapshotUserException} or {@link
 *       io.github.wxtoken.boot.security.SignInFailedException}.
 * </ul>
 *
 * <p>Inside:
 *
 * <ul>
 *   <li>{@link io.github.wxtoken.boot.security.LoginPaths} knows the paths of the login, and {@link
 *       io.github.wxtoken.boot.security.LoginTarget} is what such a path names;
 *   <li>{@link io.github.wxtoken.boot.security.WeChatEntryPoint} answers a visitor who has to sign
 *       in;
 *   <li>{@link io.github.wxtoken.boot.security.LoginStartFilter} begins a sign-in by a link;
 *   <li>{@link io.github.wxtoken.boot.security.WeChatRedirect} sends a browser to WeChat with a
 *       state, {@link io.github.wxtoken.boot.security.VisitorCookie} binds that to the browser;
 *   <li>{@link io.github.wxtoken.boot.security.SiteCookie} writes and reads the two cookies; {@link
 *       io.github.wxtoken.boot.security.SignedInCookie} says for a moment that a browser has signed
 *       in, so that a lost session ends in a page;
 *   <li>{@link io.github.wxtoken.boot.security.WeChatLoginFilter} takes the callback, {@link
 *       io.github.wxtoken.boot.security.WeChatAuthenticationProvider} authenticates its user;
 *   <li>{@link io.github.wxtoken.boot.security.ReturnPathSuccessHandler} returns to the page that
 *       was asked for, and {@link io.github.wxtoken.boot.security.PagesRequestCache} saves no error
 *       page as such;
 *   <li>{@link io.github.wxtoken.boot.security.PageFailureHandler} and {@link
 *       io.github.wxtoken.boot.security.RedirectFailureHandler} answer a failure;
 *   <li>{@link io.github.wxtoken.boot.security.ReauthorizationFilter} asks for consent when a
 *       controller needs the profile;
 *   <li>{@link io.github.wxtoken.boot.security.LoginPage} has the plain pages, and {@link
 *       io.github.wxtoken.boot.security.Browsers} tells browsers apart.
 * </ul>
 */
@NullMarked
package io.github.wxtoken.boot.security;

import org.jspecify.annotations.NullMarked;
