package io.github.wxtoken.simulator;

/** The HTML of the authorize pages: self-contained, no scripts. */
final class Pages {
  private static final String FRAME =
      """
      <!DOCTYPE html>
      <html lang="{lang}">
      <head>
      <meta charset="UTF-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>{title}</title>
      <style>
      * { box-sizing: border-box; }
      body { margin: 0; min-height: 100vh; background: #ededed; color: #191919;
        font: 16px/1.5 -apple-system, "PingFang SC", "Microsoft YaHei", "Segoe UI", sans-serif;
        display: flex; justify-content: center; align-items: flex-end; }
      main { width: 100%; max-width: 420px; background: #fff; padding: 28px 24px 32px;
        border-radius: 16px 16px 0 0; box-shadow: 0 -4px 24px rgba(0, 0, 0, .08); }
      @media (min-width: 480px) { body { align-items: center; } main { border-radius: 16px; } }
      header { display: flex; align-items: center; gap: 12px; color: #7f7f7f; font-size: 14px; }
      .logo { width: 36px; height: 36px; border-radius: 9px; background: #07c160; color: #fff;
        display: grid; place-items: center; font-weight: 600; }
      h1 { font-size: 20px; margin: 24px 0 4px; }
      p { margin: 4px 0; overflow-wrap: anywhere; }
      .quiet { color: #7f7f7f; font-size: 14px; }
      .user { flex: 1 0 100%; display: flex; align-items: center; gap: 12px; margin: 20px 0 16px;
        padding: 14px;
        border: 1px solid #e5e5e5; border-radius: 10px; overflow-wrap: anywhere; }
      .face { flex: none; width: 40px; height: 40px; border-radius: 6px; background: #dbe9ff;
        display: grid; place-items: center; }
      form { display: flex; flex-wrap: wrap; gap: 12px; }
      .user input { flex: 1; min-width: 0; font: inherit; border: 0; outline: 0; }
      button { flex: 1; font: inherit; font-weight: 500; padding: 11px 0; border: 0;
        border-radius: 8px; cursor: pointer; background: #f2f2f2; color: #06ae56; }
      button.yes { background: #07c160; color: #fff; }
      button:focus-visible { outline: 3px solid #9fe3bf; }
      </style>
      </head>
      <body><main>
      {content}
      <p class="quiet">wxtoken simulator. This is not WeChat.</p>
      </main></body>
      </html>
      """;

  private static final String CONSENT =
      """
      <header><span class="logo">W</span><span>{app} &middot; {redirect}</span></header>
      <h1>{title}</h1>
      <p class="quiet">{what} ({scope})</p>
      <form method="post" action="/simulator/consent">
      <input type="hidden" name="ticket" value="{ticket}">
      <label class="user"><span class="face">&#128578;</span>
      <input name="user" value="{user}" aria-label="user" autocomplete="off" spellcheck="false">
      </label>
      <button type="submit" name="answer" value="deny">{no}</button>
      <button type="submit" name="answer" value="consent" class="yes">{yes}</button>
      </form>
      """;

  private static final String MESSAGE =
      """
      <header><span class="logo">W</span><span>微信 WeChat</span></header>
      <h1>{title}</h1>
      <p>{text}</p>
      """;

  private Pages() {}

  static Answer consent(AuthorizeRequest request, String user, String ticket) {
    boolean english = request.english();
    boolean login = request.page() == Endpoint.QRCONNECT;
    String title = login ? "微信登录 Log in with WeChat" : "申请使用 Permission request";
    String content =
        CONSENT
            .replace("{app}", escape(request.app().appid()))
            .replace("{title}", title)
            .replace("{what}", "获取你的昵称、头像 Use your nickname and avatar")
            .replace("{ticket}", escape(ticket))
            .replace("{no}", english ? "Deny" : "拒绝 Deny")
            .replace("{yes}", english ? "Consent" : "同意 Consent")
            .replace("{scope}", escape(request.scope().text()))
            .replace("{redirect}", escape(request.redirect().uri().getHost()))
            .replace("{user}", escape(user));
    return page(english ? "en" : "zh-CN", title, content);
  }

  static Answer error(int code, String text) {
    String title = "Oops! Something went wrong :(";
    return message(title, code == 0 ? text : "错误码 " + code + ": " + text);
  }

  static Answer denied() {
    return message("已拒绝 You refused", "The app is not told. You can close this page.");
  }

  static Answer expired() {
    return message("二维码已失效 The code expired", "Open the login page again.");
  }

  static Answer unknown() {
    return message("页面已失效 This page is no longer valid", "Open the login page again.");
  }

  static Answer badUser() {
    return message(
        "用户名无效 Not a user name",
        "A user is 1 to 64 letters, digits, '_', '.' or '-'. Go back and correct it.");
  }

  private static Answer message(String title, String text) {
    String content = MESSAGE.replace("{title}", escape(title)).replace("{text}", escape(text));
    return page("zh-CN", title, content);
  }

  private static Answer page(String lang, String title, String content) {
    return Answer.html(
        FRAME
            .replace("{lang}", lang)
            .replace("{title}", escape(title))
            .replace("{content}", content));
  }

  /** For text and for attribute values in double quotes. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;")
        .replace("{", "&#123;");
  }
}
