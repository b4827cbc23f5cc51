/**
 * WxJava on the app tokens and tickets of wxtoken: a team keeps WxJava's API, and WeChat is asked
 * for a token once per expiry in the cluster.
 *
 * <p>{@link io.github.wxtoken.wxjava.WxTokenMpConfigStorage} is for {@code WxMpService}, {@link
 * io.github.wxtoken.wxjava.WxTokenMaConfig} for {@code WxMaService}. Both take a {@link
 * io.github.wxtoken.WeChatApp}.
 */
@org.jspecify.annotations.NullMarked
package io.github.wxtoken.wxjava;
