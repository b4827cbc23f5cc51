package io.github.wxtoken;

/**
 * A request to WeChat that needs the app's own access token: {@link WeChatApp#call}.
 *
 * @param <T> the answer
 * @param <X> what the request throws besides unchecked exceptions
 */
@FunctionalInterface
public interface AppCall<T, X extends Exception> {

  /**
   * Sends the request.
   *
   * @param token the access token, for this request only
   * @return the answer
   * @throws X if the request fails
   * @throws WeChatApiException if WeChat refuses; with errcode 40001, 40014 or 42001, the request
   *     is repeated once with a fresh token
   */
  T with(AppAccessToken token) throws X;
}
