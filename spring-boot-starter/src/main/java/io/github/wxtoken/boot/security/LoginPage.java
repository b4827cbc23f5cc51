package io.github.wxtoken.boot.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.web.util.HtmlUtils;

/** A plain page with a sentence and links, in Chinese or English. It shows nothing of an error. */
enum LoginPage {
  DENIED(403, "You are not signed in.", "您没有登录。"),
  SNAPSHOT(
      200,
      "This is a preview. Tap the button at the bottom to open the full page.",
      "当前为预览页面，请点击底部按钮，使用完整服务。"),
  FAILED(503, "Signing in does not work now. Please try again in a minute.", "暂时无法登录，请稍后再试。"),
  REFUSED(403, "You may not sign in here.", "您没有权限登录。"),
  SIGNED_OUT(200, "You are signed out.", "您已退出登录。"),
  CHOICE(200, "Please sign in.", "请登录。"),
  CONSENT(403, "This page needs your WeChat nickname and picture.", "此页面需要获取您的微信昵称和头像。"),
  UNKNOWN_APP(404, "This page does not exist.", "页面不存在。");

  private static final String SIGN_IN = "Sign in with WeChat";
  private static final String SIGN_IN_ZH = "微信登录";

  private final int status;
  private final String english;
  private final String chinese;

  LoginPage(int status, String english, String chinese) {
    this.status = status;
    this.english = english;
    this.chinese = chinese;
  }

  static boolean isChinese(HttpServletRequest request) {
    return request.getLocale().getLanguage().equals("zh");
  }

  /** Writes the page with one link, to sign in. */
  void write(HttpServletRequest request, HttpServletResponse response, String link)
      throws IOException {
    write(request, response, Map.of(link, isChinese(request) ? SIGN_IN_ZH : SIGN_IN));
  }

  /**
   * Writes the page.
   *
   * @param links the texts of its links by their paths
   */
  void write(HttpServletRequest request, HttpServletResponse response, Map<String, String> links)
      throws IOException {
    boolean isChinese = isChinese(request);
    String text = isChinese ? chinese : english;
    StringBuilder page =
        new StringBuilder("<!DOCTYPE html>\n<html lang=\"")
            .append(isChinese ? "zh-CN" : "en")
            .append("\"><head><meta charset=\"utf-8\">")
            .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .append("<title>")
            .append(text)
            .append("</title></head><body><p>")
            .append(text)
            .append("</p>");
    links.forEach(
        (path, label) ->
            page.append("<p><a href=\"")
                .append(HtmlUtils.htmlEscape(path))
                .append("\">")
                .append(HtmlUtils.htmlEscape(label))
                .append("</a></p>"));
    page.append("</body></html>\n");
    response.setStatus(status);
    response.setContentType("text/html;charset=UTF-8");
    response.getOutputStream().write(page.toString().getBytes(StandardCharsets.UTF_8));
  }
}
