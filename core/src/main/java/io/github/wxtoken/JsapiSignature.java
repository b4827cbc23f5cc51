package io.github.wxtoken;

/**
 * The parameters of {@code wx.config} for a page that uses WeChat's JS-SDK, under the names that it
 * expects: {@link WeChatApp#signJsapi}.
 *
 * @param appId the app
 * @param timestamp when it was signed, in seconds since 1970
 * @param nonceStr a random text
 * @param signature the SHA-1 of the ticket, the text, the time and the URL, in small hex
 */
public record JsapiSignature(String appId, long timestamp, String nonceStr, String signature) {}
