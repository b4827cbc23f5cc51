package io.github.wxtoken.simulator;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** An authorize link that WeChat opens (docs/wechat-protocol.md#authorize-page). */
record AuthorizeRequest(
    Endpoint page,
    SimulatorApp app,
    RedirectUri redirect,
    Scope scope,
    String state,
    boolean echoesState,
    boolean connectRedirect,
    boolean forceSnapshot,
    boolean english) {

  private static final List<String> HEAD =
      List.of("appid", "redirect_uri", "response_type", "scope", "state");
  private static final List<String> TAIL =
      List.of("connect_redirect", "forcePopup", "forceSnapShot");

  /** A link that WeChat does not open. The code is 0 where WeChat is not known to show one. */
  static final class PageError extends RuntimeException {
    final int code;

    PageError(int code, String message) {
      super(message, null, false, false);
      this.code = code;
    }
  }

  static AuthorizeRequest parse(Call call, Directory directory, Behaviour behaviour) {
    Parameters parameters = call.parameters();
    if (behaviour.pageError() != 0) {
      throw new PageError(behaviour.pageError(), textOf(behaviour.pageError()));
    }
    String appid = require(parameters, "appid", 10012);
    String redirectText = require(parameters, "redirect_uri", 10011);
    Scope scope = new Scope(require(parameters, "scope", 10010));
    String state = parameters.get("state");
    checkForm(parameters, behaviour);
    SimulatorApp app = directory.find(appid);
    if (app == null) {
      throw new PageError(40013, "appid 参数错误 (invalid appid)");
    }
    checkKind(call.endpoint(), app, scope);
    RedirectUri redirect =
        RedirectUri.parse(redirectText)
            .filter(uri -> uri.isAllowed(app, !behaviour.isOn(Switch.REJECT_LOOPBACK_PORTS)))
            .orElseThrow(() -> new PageError(10003, textOf(10003)));
    boolean echoesEmpty = parameters.has("state") && behaviour.isOn(Switch.ECHO_EMPTY_STATE);
    return new AuthorizeRequest(
        call.endpoint(),
        app,
        redirect,
        scope,
        state,
        !state.isEmpty() || echoesEmpty,
        parameters.get("connect_redirect").equals("1"),
        parameters.get("forceSnapShot").equals("true"),
        parameters.get("lang").equals("en"));
  }

  boolean isSilent() {
    return scope.parts().equals(List.of("snsapi_base"));
  }

  String callback(String code) {
    return redirect.with(code, state, echoesState);
  }

  private static String require(Parameters parameters, String name, int code) {
    String value = parameters.get(name);
    if (value.isEmpty()) {
      throw new PageError(code, textOf(code));
    }
    return value;
  }

  private static void checkForm(Parameters parameters, Behaviour behaviour) {
    String state = parameters.get("state");
    if (state.isEmpty() && behaviour.isOn(Switch.STATE_REQUIRED)) {
      throw new PageError(10013, textOf(10013));
    }
    if (!parameters.get("response_type").equals("code")) {
      throw new PageError(0, "The link cannot be opened: response_type is not code");
    }
    boolean tooLong = state.getBytes(StandardCharsets.UTF_8).length > 128;
    boolean strict = behaviour.isOn(Switch.STRICT_STATE);
    if (strict && (tooLong || !state.matches("[a-zA-Z0-9]*"))) {
      throw new PageError(
          0, "The link cannot be opened: state is not a-zA-Z0-9, at most 128 bytes");
    }
    if (behaviour.isOn(Switch.STRICT_PARAMETER_ORDER) && !isInOrder(parameters.names())) {
      throw new PageError(0, "The link cannot be opened: its parameters are out of order");
    }
  }

  /** Each at most once; the first five before all others; what WeChat does not know may follow. */
  private static boolean isInOrder(List<String> names) {
    List<String> head = HEAD.stream().filter(names::contains).toList();
    List<String> tail = TAIL.stream().filter(names::contains).toList();
    List<String> rest = names.subList(Math.min(head.size(), names.size()), names.size());
    return names.subList(0, head.size()).equals(head)
        && rest.stream().noneMatch(HEAD::contains)
        && rest.stream().filter(TAIL::contains).toList().equals(tail);
  }

  private static void checkKind(Endpoint page, SimulatorApp app, Scope scope) {
    boolean openPlatform = app.kind() == AppKind.WEBSITE || app.kind() == AppKind.MOBILE_APP;
    if (page == Endpoint.AUTHORIZE && openPlatform) {
      throw new PageError(10016, textOf(10016));
    }
    AppKind wanted = page == Endpoint.AUTHORIZE ? AppKind.SERVICE_ACCOUNT : AppKind.WEBSITE;
    if (app.kind() != wanted || !wanted.allows(scope)) {
      throw new PageError(10005, textOf(10005));
    }
  }

  private static String textOf(int code) {
    return switch (code) {
      case 10003 -> "redirect_uri 域名与后台配置不一致 (redirect_uri is not of a configured domain)";
      case 10004 -> "此公众号被封禁 (the account is banned)";
      case 10005 -> "此公众号并没有这些 scope 的权限 (the account lacks this scope)";
      case 10006 -> "必须关注此测试号 (follow this test account first)";
      case 10009 -> "操作太频繁了，请稍后重试 (too frequent, retry later)";
      case 10010 -> "scope 不能为空 (scope empty)";
      case 10011 -> "redirect_uri 不能为空 (redirect_uri empty)";
      case 10012 -> "appid 不能为空 (appid empty)";
      case 10013 -> "state 不能为空 (state empty)";
      case 10015 -> "公众号未授权第三方平台 (not authorized to the third-party platform)";
      case 10016 -> "不支持微信开放平台的 Appid (an open-platform appid is not supported here)";
      default -> "error";
    };
  }
}
