package io.github.wxtoken.simulator;

import java.util.Map;

/** WeChat's JSON as it looks on the wire (docs/wechat-protocol.md#http-and-json). */
final class JsonAnswers {
  /** Stands in a nickname for itself or, with the switch, as the raw character that breaks JSON. */
  static final String CONTROL_CHARACTER = "\u0014";

  private static final String ESCAPED_CONTROL_CHARACTER = "\\u0014";

  private final Behaviour behaviour;

  JsonAnswers(Behaviour behaviour) {
    this.behaviour = behaviour;
  }

  Answer success(Map<String, Object> object) {
    String body = Json.write(object, behaviour.isOn(Switch.ESCAPED_SLASHES));
    if (behaviour.isOn(Switch.CONTROL_CHARACTERS_IN_NICKNAME)) {
      body = body.replace(ESCAPED_CONTROL_CHARACTER, CONTROL_CHARACTER);
    }
    return Answer.of(200, contentType(), body);
  }

  Answer refusal(Refusal refusal) {
    boolean badCredentials = refusal.errcode() == 40013 || refusal.errcode() == 40125;
    if (badCredentials && behaviour.isOn(Switch.EMPTY_BODY_FOR_BAD_CREDENTIALS)) {
      return Answer.of(200, contentType(), "");
    }
    return success(
        Json.object("errcode", refusal.errcode(), "errmsg", behaviour.suffixed(refusal.errmsg())));
  }

  private String contentType() {
    return behaviour.isOn(Switch.JSON_CONTENT_TYPE)
        ? "application/json; encoding=utf-8"
        : "text/plain";
  }
}
