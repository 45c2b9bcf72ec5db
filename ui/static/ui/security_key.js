// Talks to a security key: reads what the page asks, and puts its answer into the form. What has
// no key at hand, or no script, goes by a code.
"use strict";

{
  const bytes = (text) => {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (character) => character.charCodeAt(0));
  };

  const text = (buffer) => {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };

  const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  const asked = ({ publicKey: options }) => ({
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: known(options.excludeCredentials) }),
    ...(options.allowCredentials && { allowCredentials: known(options.allowCredentials) }),
  });

  const told = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  };

  for (const form of document.querySelectorAll("[data-security-key]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    const refused = form.querySelector("[data-security-key-refused]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      refused.hidden = true;
      try {
        const publicKey = asked(JSON.parse(form.dataset.options));
        const credential = await navigator.credentials[form.dataset.securityKey]({ publicKey });
        form.elements.credential.value = told(credential);
        form.submit();
      } catch {
        refused.hidden = false;
        form.querySelector("button").focus();
      }
    });
  }
}
