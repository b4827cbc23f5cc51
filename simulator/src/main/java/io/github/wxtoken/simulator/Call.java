package io.github.wxtoken.simulator;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request to one of WeChat's endpoints. */
record Call(Endpoint endpoint, Parameters parameters, HttpRequest request) {
  static Call of(Endpoint endpoint, HttpRequest request) {
    return new Call(endpoint, Parameters.parse(request.query()), request);
  }

  String parameter(String name) {
    return parameters.get(name);
  }

  String require(String name, int errcodeIfMissing) {
    String value = parameter(name);
    if (value.isEmpty()) {
      throw new Refusal(errcodeIfMissing);
    }
    return value;
  }

  /**
   * The scalar members of a body that must be a JSON object.
   *
   * @param errcodeOtherwise what WeChat answers to a form and to anything else
   */
  Map<String, String> jsonBody(int errcodeOtherwise) {
    try {
      return Json.readFlat(request.body());
    } catch (IllegalArgumentException e) {
      throw new Refusal(errcodeOtherwise);
    }
  }

  /** The code that an exchange is about. */
  @Nullable String code() {
    return switch (endpoint) {
      case EXCHANGE -> parameter("code");
      case JSCODE2SESSION -> parameter("js_code");
      default -> null;
    };
  }

  /**
   * A test simulates the addresses of other machines with this header
   * (docs/wechat-protocol.md#app-token).
   */
  String callerIp() {
    String header = request.header("x-simulator-ip");
    return header.isEmpty() ? request.peer() : header;
  }
}
