package io.github.wxtoken;

import org.jspecify.annotations.Nullable;

/**
 * The result of {@link WeChatOAuth#verifyState} for a callback's state.
 *
 * @param isRepeat whether it was verified before with the same code: the browser called back twice
 *     (docs/wechat-protocol.md#duplicate-callbacks), and the first callback has the user signed in,
 *     or does so now
 * @param returnPath where the user was to return to, as it was given to {@link
 *     WeChatOAuth#newState(String, String)}; null where none was
 */
public record VerifiedState(boolean isRepeat, @Nullable String returnPath) {}
