// In WeChat's browser: loads WeChat's JS-SDK, passes the signature to it and sets what is shared.
// Elsewhere there is nothing to load, and the page shows the signature.
"use strict";

const config = document.getElementById("config").dataset;
const status = document.getElementById("share-status");

function start() {
  wx.config({
    appId: config.appId,
    timestamp: Number(config.timestamp),
    nonceStr: config.nonceStr,
    signature: config.signature,
    jsApiList: ["updateAppMessageShareData", "updateTimelineShareData"],
  });
  wx.error(() => (status.textContent = status.dataset.failed));
  wx.ready(() => {
    const shared = {
      title: document.getElementById("share-title").textContent,
      desc: document.getElementById("share-text").textContent,
      link: config.url,
      imgUrl: new URL("/assets/share.png", config.url).href,
    };
    wx.updateAppMessageShareData(shared);
    wx.updateTimelineShareData(shared);
    status.textContent = status.dataset.ready;
  });
}

if (/MicroMessenger/i.test(navigator.userAgent)) {
  const sdk = document.createElement("script");
  sdk.src = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js";
  sdk.onload = start;
  document.head.append(sdk);
}
