/**
 * WeChat OAuth for Java clusters: one token per user, kept where every process can reach it,
 * refreshed once.
 *
 * <p>{@link io.github.wxtoken.WeChatOAuth} is the client. {@link io.github.wxtoken.TokenReader} and
 * {@link io.github.wxtoken.TokenWriter} are the two hooks of wechat-oauth for Node; {@link
 * io.github.wxtoken.store.TokenStore} is the full contract that the store modules implement.
 */
@NullMarked
package io.github.wxtoken;

import org.jspecify.annotations.NullMarked;
