package io.github.wxtoken;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The decrypted data that a mini program's device encrypted for its server: mostly a user's
 * profile, but also a phone number or other data with the same watermark
 * (docs/wechat-protocol.md#data-from-the-device). Immutable.
 *
 * @param openId the user's id in this app; null in data that has none, such as a phone number
 * @param unionId the user's id across the apps of one open-platform account, or null
 * @param nickName the user's name, or null
 * @param avatarUrl the user's picture, or null
 * @param timestamp when the device encrypted it, in seconds since 1970-01-01T00:00Z; 0 if it does
 *     not say
 * @param fields everything that was encrypted, as it came, {@code watermark} included
 */
public record MiniProgramUser(
    @Nullable String openId,
    @Nullable String unionId,
    @Nullable String nickName,
    @Nullable String avatarUrl,
    long timestamp,
    Map<String, @Nullable Object> fields) {

  /** Shows the openId alone: the rest may be a phone number. */
  @Override
  public String toString() {
    return "MiniProgramUser[openId=" + Printable.line(openId) + "]";
  }
}
